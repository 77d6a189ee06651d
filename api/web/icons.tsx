/** The pages' own line icons, drawn on a 16 × 16 grid. */

const paths = {
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.5 10.5 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  trash: 'M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9',
  play: 'M5 3l8 5-8 5z',
  pause: 'M5.5 3v10M10.5 3v10',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  back: 'M13 8H3M7 4 3 8l4 4',
  person: 'M8 8.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M3 13.5c.6-2.4 2.5-3.6 5-3.6s4.4 1.2 5 3.6',
  people:
    'M6 8a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 6 8M1.8 13c.4-2 2-3.2 4.2-3.2S9.8 11 10.200 13M10.500 7.600a2 2 0 1 0-.6-3.900M11.500 9.700c1.500.3 2.400 1.500 2.700 3.300',
  clock: 'M8 2.200a5.800 5.800 0 1 1 0 11.600A5.800 5.800 0 0 1 8 2.200M8 5v3.200l2.200 1.400',
  alert: 'M8 2.300 14.300 13.500H1.700zM8 6.500v3M8 11.500v.1',
  inbox: 'M2 9.500 4 3h8l2 6.500V13H2zM2 9.500h3.500l1 1.500h3l1-1.500H14',
  draft: 'M3 13l.6-2.800L11 2.800 13.200 5l-7.400 7.400z',
  priority: 'M4 9.500 8 5l4 4.500M4 13l4-4.500 4 4.500',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  open: 'M2 12.500v-9h4l1.500 2H14v7z',
  download: 'M8 2.500v8M4.500 7.500 8 11l3.500-3.500M3 13.500h10',
  deploy: 'M8 11V3M4.500 6 8 2.500 11.500 6M3 13.500h10',
  check: 'M3 8.500 6.500 12 13 4.500',
  diagram: 'M2 6h4v4H2zM10 6h4v4h-4zM6 8h4',
  link: 'M9 3h4v4M13 3 7.500 8.500M11 9v4H3V5h4',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
