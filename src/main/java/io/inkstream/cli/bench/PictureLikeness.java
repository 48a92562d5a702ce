package io.inkstream.cli.bench;

import io.inkstream.engine.image.Pixels;

/// How like a picture is to another of its size.
///
/// @param psnr peak signal-to-noise ratio in dB over the samples of all channels; [#SAME] at most
/// @param ssim structural similarity of the luma, 1 for equal pictures
record PictureLikeness(double psnr, double ssim) {
  /// The `psnr` of equal pictures, whose ratio has no bound: so that means can be taken.
  static final double SAME = 100;

  private static final int PEAK = 255;

  static PictureLikeness of(Pixels picture, Pixels reference) {
    if (picture.width() != reference.width() || picture.height() != reference.height()) {
      throw new IllegalArgumentException(picture + " and " + reference + " differ in size");
    }
    double psnr = psnr(picture.rgb(), reference.rgb());
    double ssim = Ssim.of(luma(picture), luma(reference), picture.width(), picture.height(), PEAK);
    return new PictureLikeness(psnr, ssim);
  }

  private static double psnr(byte[] a, byte[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (a[i] & PEAK) - (b[i] & PEAK);
      sum += difference * difference;
    }
    double mean = sum / a.length;
    return mean == 0 ? SAME : Math.min(SAME, 10 * Math.log10(PEAK * PEAK / mean));
  }

  // ITU-R BT.601.
  private static double[] luma(Pixels picture) {
    byte[] rgb = picture.rgb();
    double[] luma = new double[rgb.length / 3];
    for (int i = 0; i < luma.length; i++) {
      luma[i] =
          0.299 * (rgb[3 * i] & PEAK)
              + 0.587 * (rgb[3 * i + 1] & PEAK)
              + 0.114 * (rgb[3 * i + 2] & PEAK);
    }
    return luma;
  }
}
