package io.inkstream.engine.image;

import java.util.List;

/// The three components of a picture, interleaved unit by unit.
record JpegScan(int columns, int rows, List<JpegComponent> components) {
  /// @param luminanceBlocks luminance blocks a side in one unit: 2 halves the colour planes
  static JpegScan of(Pixels pixels, int luminanceBlocks, int[] luminance, int[] chrominance) {
    int unit = 8 * luminanceBlocks;
    JpegPlane[] planes = JpegPlane.of(pixels, unit);
    return new JpegScan(
        planes[0].width() / unit,
        planes[0].height() / unit,
        List.of(
            new JpegComponent(
                planes[0],
                luminanceBlocks,
                luminance,
                JpegTables.dcLuminance(),
                JpegTables.acLuminance()),
            colour(planes[1], luminanceBlocks, chrominance),
            colour(planes[2], luminanceBlocks, chrominance)));
  }

  private static JpegComponent colour(JpegPlane plane, int luminanceBlocks, int[] chrominance) {
    return new JpegComponent(
        luminanceBlocks == 2 ? plane.halved() : plane,
        1,
        chrominance,
        JpegTables.dcChrominance(),
        JpegTables.acChrominance());
  }

  void write(JpegBits out) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        for (JpegComponent component : components) {
          component.writeUnit(column, row, out);
        }
      }
    }
    out.finish();
  }
}
