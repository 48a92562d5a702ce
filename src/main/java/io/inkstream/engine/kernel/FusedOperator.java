package io.inkstream.engine.kernel;

import java.util.Arrays;
import java.util.List;

/// What a transformer block does between its matrix products and its attention, each as one pass
/// over both streams instead of one for every operation.
///
/// `D` is the model's width; `img` and `txt` are rows of the image's and the text's stream, h the
/// width of a head. `modulation [12 D]` is as in `graph.DoubleStreamGraphs`: for the image, then
/// for the text, shift, 1 + scale, gate of the attention, and the same of the MLP. ε is 1e-6. The
/// formulas are those of `QwenImageTransformerBlock` in diffusers.
public enum FusedOperator {
  /// `h [img, D], e [txt, D], modulation` → both as LayerNorm(x) · (1 + scale) + shift, with the
  /// attention's modulation.
  ADA_LAYER_NORM("AdaLayerNorm", "ada_layer_norm", 3, 2),
  /// `h_qkv [img, 3 D], e_qkv [txt, 3 D]`, their biases `[3 D]`, the norms of the image's queries
  /// and keys and of the text's `[h]`, `cos [txt + img, h/2], sin` → `query, key, value [1, txt +
  /// img, D]`, the text's rows first: biased, queries and keys RMS-normalised by head and rotated
  /// in neighbouring pairs.
  HEAD_NORM_ROPE("HeadNormRope", "head_norm_rope", 10, 3),
  /// `h, e`, their updates `[img, D], [txt, D]`, the updates' biases `[D], [D]`, `modulation` →
  /// both as x + gate · (update + bias), with the attention's gate, and both of these as
  /// [#ADA_LAYER_NORM] does, with the MLP's modulation.
  GATED_ADA_LAYER_NORM("GatedAdaLayerNorm", "gated_ada_layer_norm", 7, 4),
  /// `h [img, w], e [txt, w]`, their biases `[w], [w]` → both as GELU(x + bias) by its tanh form.
  BIAS_GELU("BiasGelu", "bias_gelu", 4, 2),
  /// As [#GATED_ADA_LAYER_NORM], with the MLP's gate and without the norms.
  GATED_RESIDUAL("GatedResidual", "gated_residual", 7, 2);

  /// The domain of these operators in an ONNX model.
  public static final String DOMAIN = "io.inkstream";

  /// Version of the domain.
  public static final int VERSION = 1;

  static final int PARTS = 6; // of a stream's modulation
  private static final int MOST_PER_THREAD = 4; // eights of a row, as in fused.cu
  private static final int WIDEST = Geometry.MOST_THREADS * Geometry.EIGHT * MOST_PER_THREAD;

  private final String operator;
  private final String function;
  private final int inputs;
  private final int outputs;

  FusedOperator(String operator, String function, int inputs, int outputs) {
    this.operator = operator;
    this.function = function;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /// Its name in an ONNX model.
  public String operator() {
    return operator;
  }

  /// Its name in `fused.cu`.
  public String function() {
    return function;
  }

  public int inputs() {
    return inputs;
  }

  public int outputs() {
    return outputs;
  }

  /// Which inputs' extents [#geometry] wants.
  public List<Integer> shapedInputs() {
    return this == HEAD_NORM_ROPE ? List.of(0, 1, 4, 8) : List.of(0, 1);
  }

  /// How large a run is.
  ///
  /// @param shapes of [#shapedInputs]
  /// @throws IllegalArgumentException if they are not those of two streams of one width, or the
  ///   tables have not a row for each of theirs: kernels do not look where memory ends
  public Geometry geometry(List<long[]> shapes) {
    long[] image = shapes.get(0);
    long[] text = shapes.get(1);
    if (image.length != 2 || text.length != 2 || image[1] != text[1]) {
      throw new IllegalArgumentException(
          "%s has streams of %s and %s, must be rows of one width"
              .formatted(operator, Arrays.toString(image), Arrays.toString(text)));
    }
    int imageRows = Math.toIntExact(image[0]);
    int textRows = Math.toIntExact(text[0]);
    int width = Math.toIntExact(image[1]);
    return this == HEAD_NORM_ROPE
        ? heads(imageRows, textRows, width / 3, shapes.get(2), shapes.get(3))
        : new Geometry(imageRows, textRows, width, width);
  }

  private Geometry heads(int image, int text, int width, long[] norm, long[] table) {
    int head = Math.toIntExact(norm[0]);
    if (table[0] != image + text || table[1] != head / 2) {
      throw new IllegalArgumentException(
          "%s has a table of %s, must be [%d, %d]"
              .formatted(operator, Arrays.toString(table), image + text, head / 2));
    }
    return new Geometry(image, text, width, head);
  }

  /// The extents of an output.
  public long[] outputShape(int output, Geometry size) {
    if (this == HEAD_NORM_ROPE) {
      return new long[] {1, size.rows(), size.width()};
    }
    return new long[] {output % 2 == 0 ? size.image() : size.text(), size.width()};
  }

  /// Whether the CUDA kernels take a model: they read eight numbers at a time, and the threads that
  /// share a head lie in one warp.
  ///
  /// @param width of the model
  /// @param head width of a head
  public static boolean fitCuda(long width, long head) {
    long lanes = head / Geometry.EIGHT;
    return width % Geometry.EIGHT == 0
        && width <= WIDEST
        && head % Geometry.EIGHT == 0
        && lanes <= Geometry.WARP
        && Long.bitCount(lanes) == 1;
  }
}
