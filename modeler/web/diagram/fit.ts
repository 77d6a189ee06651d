/** Brings a whole drawing into view: with air around it, never larger than life. */

export interface FittedCanvas {
  resized(): void;
  viewbox(box?: { x: number; y: number; width: number; height: number }): {
    inner: { x: number; y: number; width: number; height: number };
    outer: { width: number; height: number };
  };
}

/** Pixels of the screen to leave free on each side. */
export interface Air {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export function fit(canvas: FittedCanvas, air: Air) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  const room = { width: outer.width - air.left - air.right, height: outer.height - air.top - air.bottom };
  if (room.width <= 0 || room.height <= 0 || inner.width <= 0) return;
  const scale = Math.min(1, room.width / inner.width, room.height / inner.height);
  canvas.viewbox({
    x: inner.x - (air.left + (room.width - inner.width * scale) / 2) / scale,
    y: inner.y - (air.top + (room.height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
