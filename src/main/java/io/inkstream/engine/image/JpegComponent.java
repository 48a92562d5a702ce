package io.inkstream.engine.image;

/// One colour component in a scan: takes its blocks, transforms them and writes their codes (ITU-T
/// T.81, F.1.2).
final class JpegComponent {
  private static final int END_OF_BLOCK = 0x00;
  private static final int SIXTEEN_ZEROS = 0xf0;

  private final JpegPlane plane;
  private final JpegTransform transform;
  private final JpegHuffman dc;
  private final JpegHuffman ac;
  private final int blocksPerUnit;
  private final float[] block = new float[64];
  private final int[] coefficients = new int[64];
  private int lastDc;

  /// @param blocksPerUnit blocks a side in one minimum coded unit: 1 or 2
  JpegComponent(
      JpegPlane plane, int blocksPerUnit, int[] quantisation, JpegHuffman dc, JpegHuffman ac) {
    this.plane = plane;
    this.blocksPerUnit = blocksPerUnit;
    this.transform = new JpegTransform(quantisation);
    this.dc = dc;
    this.ac = ac;
  }

  void writeUnit(int column, int row, JpegBits out) {
    for (int y = 0; y < blocksPerUnit; y++) {
      for (int x = 0; x < blocksPerUnit; x++) {
        plane.block(column * blocksPerUnit + x, row * blocksPerUnit + y, block);
        transform.apply(block, coefficients);
        writeBlock(out);
      }
    }
  }

  private void writeBlock(JpegBits out) {
    int difference = coefficients[0] - lastDc;
    lastDc = coefficients[0];
    dc.write(category(difference), out);
    putMagnitude(difference, out);
    int zeros = 0;
    for (int k = 1; k < 64; k++) {
      if (coefficients[k] == 0) {
        zeros++;
      } else {
        writeAc(zeros, coefficients[k], out);
        zeros = 0;
      }
    }
    if (zeros > 0) {
      ac.write(END_OF_BLOCK, out);
    }
  }

  private void writeAc(int zeros, int value, JpegBits out) {
    for (int left = zeros; left >= 16; left -= 16) {
      ac.write(SIXTEEN_ZEROS, out);
    }
    ac.write((zeros % 16 << 4) | category(value), out);
    putMagnitude(value, out);
  }

  private static int category(int value) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
  }

  private static void putMagnitude(int value, JpegBits out) {
    out.put(value < 0 ? value - 1 : value, category(value));
  }
}
