package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Resample;
import java.util.List;

/// From pixels to the patches that the vision tower reads, as transformers'
/// `Qwen2VLImageProcessor`.
///
/// @param patch pixels along an edge of a patch
/// @param frames how often a picture stands in a patch
/// @param minPixels that a picture is enlarged to
/// @param maxPixels that a picture is made smaller to
/// @param mean of red, green and blue, of 1
/// @param std of them
public record VisionImageProcessor(
    int patch, int frames, long minPixels, long maxPixels, List<Double> mean, List<Double> std) {
  // Patches along an edge of a cell.
  private static final int MERGE = 2;
  private static final int RGB = 3;

  /// As published for Qwen2.5-VL.
  public static final VisionImageProcessor PUBLISHED =
      new VisionImageProcessor(
          14,
          2,
          3_136,
          12_845_056,
          List.of(0.48145466, 0.4578275, 0.40821073),
          List.of(0.26862954, 0.26130258, 0.27577711));

  /// As published for Qwen3-VL with Qwen-Image-2.1.
  public static final VisionImageProcessor PUBLISHED_21 =
      new VisionImageProcessor(
          16, 2, 65_536, 16_777_216, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  /// The same with another patch.
  ///
  /// @param patch pixels along an edge of it
  /// @param frames how often a picture stands in it
  public VisionImageProcessor withPatch(int patch, int frames) {
    return new VisionImageProcessor(patch, frames, minPixels, maxPixels, mean, std);
  }

  public VisionImageProcessor {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /// Cells of a picture.
  public record Cells(int rows, int columns) {
    public int count() {
      return rows * columns;
    }
  }

  /// A picture as patches.
  ///
  /// @param values `[4 · cells, 3 · frames · patch²]`, cell by cell
  @SuppressWarnings("ArrayRecordComponent") // handed on, compared never
  public record Patches(float[] values, Cells cells) {}

  /// The cells of a picture of that size: `smart_resize`.
  Cells cells(int width, int height) {
    int unit = patch * MERGE;
    double rows = Math.rint((double) height / unit);
    double columns = Math.rint((double) width / unit);
    double pixels = rows * columns * unit * unit;
    double area = (double) height * width;
    if (pixels > maxPixels) {
      double shrink = Math.sqrt(area / maxPixels);
      rows = Math.max(1, Math.floor(height / shrink / unit));
      columns = Math.max(1, Math.floor(width / shrink / unit));
    } else if (pixels < minPixels) {
      double grow = Math.sqrt(minPixels / area);
      rows = Math.ceil(height * grow / unit);
      columns = Math.ceil(width * grow / unit);
    }
    return new Cells((int) rows, (int) columns);
  }

  /// The patches of a picture.
  public Patches patches(Pixels pixels) {
    int unit = patch * MERGE;
    Cells cells = cells(pixels.width(), pixels.height());
    Pixels fitting = Resample.bicubic(pixels, cells.columns() * unit, cells.rows() * unit);
    int features = RGB * frames * patch * patch;
    float[] values = new float[MERGE * MERGE * cells.count() * features];
    int at = 0;
    for (int cell = 0; cell < cells.count(); cell++) {
      for (int part = 0; part < MERGE * MERGE; part++) {
        int top = cell / cells.columns() * unit + part / MERGE * patch;
        int left = cell % cells.columns() * unit + part % MERGE * patch;
        fill(values, at, fitting, top, left);
        at += features;
      }
    }
    return new Patches(values, cells);
  }

  private void fill(float[] values, int start, Pixels pixels, int top, int left) {
    int at = start;
    for (int channel = 0; channel < RGB; channel++) {
      float zero = (float) (255 * mean.get(channel));
      float one = (float) (255 * std.get(channel));
      for (int frame = 0; frame < frames; frame++) {
        for (int i = 0; i < patch * patch; i++) {
          int pixel = (top + i / patch) * pixels.width() + left + i % patch;
          values[at++] = ((pixels.rgb()[RGB * pixel + channel] & 0xff) - zero) / one;
        }
      }
    }
  }
}
