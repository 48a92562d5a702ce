package io.inkstream.engine.textencoder;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// The rotary position embedding of Qwen2.5-VL's or Qwen3-VL's language part, over time, height and
/// width.
///
/// A token of text stands at one position on all three axes. A picture's tokens share their time,
/// and height and width count its rows and columns from there; what follows it stands after the
/// longer of its sides. Where the frequencies of a head turn with which axis, the sections say.
///
/// @param headDim width of a head
/// @param theta base of the frequencies
/// @param sections frequencies of each axis; none: all of them with the first axis
/// @param order how they lie in a head
public record MultimodalRope(int headDim, double theta, List<Integer> sections, Order order) {
  private static final int AXES = 3;

  /// How the frequencies of the axes lie in a head.
  public enum Order {
    /// Section by section: Qwen2.5-VL.
    SECTIONS,
    /// In turn, as long as an axis has some; what is left over is the first one's: Qwen3-VL.
    INTERLEAVED
  }

  public MultimodalRope {
    sections = List.copyOf(sections);
  }

  /// The positions of each token, by axis.
  static int[][] positions(int tokens, List<PlacedPicture> pictures) {
    int[][] positions = new int[AXES][tokens];
    int token = 0;
    int next = 0;
    for (PlacedPicture picture : pictures) {
      next = text(positions, token, picture.at(), next);
      next = picture(positions, picture, next);
      token = picture.end();
    }
    text(positions, token, tokens, next);
    return positions;
  }

  private static int text(int[][] positions, int from, int to, int first) {
    for (int token = from; token < to; token++) {
      for (int[] axis : positions) {
        axis[token] = first + token - from;
      }
    }
    return first + to - from;
  }

  private static int picture(int[][] positions, PlacedPicture picture, int first) {
    int columns = picture.embeds().columns();
    for (int i = 0; i < picture.embeds().tokens(); i++) {
      int token = picture.at() + i;
      positions[0][token] = first;
      positions[1][token] = first + i / columns;
      positions[2][token] = first + i % columns;
    }
    return first + Math.max(picture.embeds().rows(), columns);
  }

  /// `cos` or `sin` of every angle, `[tokens, headDim / 2]`. The caller closes it.
  Tensor table(int[][] positions, boolean cosine) {
    int tokens = positions[0].length;
    int half = headDim / 2;
    float[] table = new float[tokens * half];
    for (int k = 0; k < half; k++) {
      fill(table, k, positions[axis(k)], cosine);
    }
    return Tensor.of(table, tokens, half);
  }

  private int axis(int k) {
    return switch (order) {
      case SECTIONS -> axisBySection(k);
      case INTERLEAVED -> {
        int axis = k % AXES;
        boolean has = !sections.isEmpty() && k / AXES < sections.get(axis);
        yield has ? axis : 0;
      }
    };
  }

  private int axisBySection(int k) {
    int end = 0;
    for (int section = 0; section < sections.size(); section++) {
      end += sections.get(section);
      if (k < end) {
        return section % AXES;
      }
    }
    return 0;
  }

  private void fill(float[] table, int k, int[] positions, boolean cosine) {
    int half = headDim / 2;
    float frequency = 1f / (float) Math.pow(theta, (float) (2 * k) / headDim);
    for (int token = 0; token < positions.length; token++) {
      float angle = positions[token] * frequency;
      table[token * half + k] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
    }
  }
}
