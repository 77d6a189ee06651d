/** Brings a whole drawing into view: with air around it, never larger than life. */

export interface FittedCanvas {
  resized(): void;
  viewbox(box?: { x: number; y: number; width: number; height: number }): {
    inner: { x: number; y: number; width: number; height: number };
    outer: { width: number; height: number };
  };
}

/** `air` and `left` (what a palette covers) in pixels of the screen. */
export function fit(canvas: FittedCanvas, air: number, left = 0) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  const room = { width: outer.width - left - 2 * air, height: outer.height - 2 * air };
  if (room.width <= 0 || room.height <= 0 || inner.width <= 0) return;
  const scale = Math.min(1, room.width / inner.width, room.height / inner.height);
  canvas.viewbox({
    x: inner.x - (left + air + (room.width - inner.width * scale) / 2) / scale,
    y: inner.y - (air + (room.height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
