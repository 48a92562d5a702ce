package io.inkstream.engine.kernel;

import static io.inkstream.engine.kernel.Operator.Numbers.ELEMENT;
import static io.inkstream.engine.kernel.Operator.Numbers.FLOAT32;
import static io.inkstream.engine.kernel.Operator.Numbers.FLOAT8;
import static io.inkstream.engine.kernel.Operator.Numbers.INT8;

import java.util.Arrays;
import java.util.List;

/// What a transformer block does between its matrix products and its attention, each as one pass
/// over both streams instead of one for every operation.
///
/// `D` is the model's width; `img` and `txt` are rows of the image's and the text's stream, h the
/// width of a head. `modulation [12 D]` is as in `graph.DoubleStreamGraphs`: for the image, then
/// for the text, shift, 1 + scale, gate of the attention, and the same of the MLP. ε is 1e-6. The
/// formulas are those of `QwenImageTransformerBlock` in diffusers.
public enum FusedOperator implements Operator {
  /// `h [img, D], e [txt, D], modulation` → both as LayerNorm(x) · (1 + scale) + shift, with the
  /// attention's modulation.
  ADA_LAYER_NORM("AdaLayerNorm", "ada_layer_norm", Operator.elements(3), Operator.elements(2)),
  /// `h_qkv [img, 3 D], e_qkv [txt, 3 D]`, their biases `[3 D]`, the norms of the image's queries
  /// and keys and of the text's `[h]`, `cos [txt + img, h/2], sin` → `query, key, value [1, txt +
  /// img, D]`, the text's rows first: biased, queries and keys RMS-normalised by head and rotated
  /// in neighbouring pairs.
  HEAD_NORM_ROPE("HeadNormRope", "head_norm_rope", Operator.elements(10), Operator.elements(3)),
  /// `h, e`, their updates `[img, D], [txt, D]`, the updates' biases `[D], [D]`, `modulation` →
  /// both as x + gate · (update + bias), with the attention's gate, and both of these as
  /// [#ADA_LAYER_NORM] does, with the MLP's modulation.
  GATED_ADA_LAYER_NORM(
      "GatedAdaLayerNorm", "gated_ada_layer_norm", Operator.elements(7), Operator.elements(4)),
  /// `h [img, w], e [txt, w]`, their biases `[w], [w]` → both as GELU(x + bias) by its tanh form.
  BIAS_GELU("BiasGelu", "bias_gelu", Operator.elements(4), Operator.elements(2)),
  /// As [#ADA_LAYER_NORM], both as numbers of 8 bits `[img, D], [txt, D]` and their rows' scales
  /// `[img, 1], [txt, 1]`: a row's largest magnitude becomes the type's.
  ADA_LAYER_NORM_FLOAT8(
      "AdaLayerNormFloat8", "ada_layer_norm_float8", Operator.elements(3), Float8Rows.PAIR),
  /// As [#GATED_ADA_LAYER_NORM], the norms as those of [#ADA_LAYER_NORM_FLOAT8].
  GATED_ADA_LAYER_NORM_FLOAT8(
      "GatedAdaLayerNormFloat8",
      "gated_ada_layer_norm_float8",
      Operator.elements(7),
      Float8Rows.PAIR_AFTER_STREAMS),
  /// As [#BIAS_GELU], as those of [#ADA_LAYER_NORM_FLOAT8].
  BIAS_GELU_FLOAT8("BiasGeluFloat8", "bias_gelu_float8", Operator.elements(4), Float8Rows.PAIR),
  /// `weight [out, in]`, its rows' scales `[out, 1]` → the weight in the element type.
  WIDEN_FLOAT8("WidenFloat8", "widen_float8", List.of(FLOAT8, FLOAT32), List.of(ELEMENT)),
  /// The same of integers.
  WIDEN_INT8("WidenInt8", "widen_int8", List.of(INT8, FLOAT32), List.of(ELEMENT)),
  /// As [#GATED_ADA_LAYER_NORM], with the MLP's gate and without the norms.
  GATED_RESIDUAL("GatedResidual", "gated_residual", Operator.elements(7), Operator.elements(2));

  private static final class Float8Rows {
    static final List<Numbers> PAIR = List.of(FLOAT8, FLOAT8, FLOAT32, FLOAT32);
    static final List<Numbers> PAIR_AFTER_STREAMS =
        List.of(ELEMENT, ELEMENT, FLOAT8, FLOAT8, FLOAT32, FLOAT32);
  }

  static final int PARTS = 6; // of a stream's modulation
  private static final int MOST_PER_THREAD = 4; // eights of a row, as in fused.cu
  private static final int WIDEST = Geometry.MOST_THREADS * Geometry.EIGHT * MOST_PER_THREAD;

  private final String operator;
  private final String function;
  private final List<Numbers> inputs;
  private final List<Numbers> outputs;

  FusedOperator(String operator, String function, List<Numbers> inputs, List<Numbers> outputs) {
    this.operator = operator;
    this.function = function;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  @Override
  public String operator() {
    return operator;
  }

  /// Its name in `fused.cu`.
  public String function() {
    return function;
  }

  @Override
  public List<Numbers> inputs() {
    return inputs;
  }

  @Override
  public List<Numbers> outputs() {
    return outputs;
  }

  /// Whether its kernel makes numbers of 8 bits, as cards from compute capability 8.9 on do.
  public boolean makesFloat8() {
    return outputs.contains(FLOAT8);
  }

  @Override
  public List<Integer> shapedInputs() {
    return switch (this) {
      case HEAD_NORM_ROPE -> List.of(0, 1, 4, 8);
      case WIDEN_FLOAT8, WIDEN_INT8 -> List.of(0);
      case ADA_LAYER_NORM,
          ADA_LAYER_NORM_FLOAT8,
          GATED_ADA_LAYER_NORM,
          GATED_ADA_LAYER_NORM_FLOAT8,
          BIAS_GELU,
          BIAS_GELU_FLOAT8,
          GATED_RESIDUAL ->
          List.of(0, 1);
    };
  }

  @Override
  public Pass of(List<long[]> shapes) {
    return new Pass(this, geometry(shapes));
  }

  /// One pass of an operator.
  public record Pass(FusedOperator operator, Geometry size) implements Run {
    @Override
    public long[] outputShape(int output) {
      return operator.outputShape(output, size);
    }

    @Override
    public void on(FusedKernels kernels, long[] addresses) {
      kernels.run(operator, size, addresses);
    }
  }

  /// How large a pass is.
  ///
  /// @throws IllegalArgumentException if they are not those of two streams of one width, or the
  ///   tables have not a row for each of theirs
  Geometry geometry(List<long[]> shapes) {
    long[] image = shapes.get(0);
    if (shapes.size() == 1) {
      int width = Math.toIntExact(image[1]);
      return new Geometry(Math.toIntExact(image[0]), 0, width, width);
    }
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
  long[] outputShape(int output, Geometry size) {
    if (this == HEAD_NORM_ROPE) {
      return new long[] {1, size.rows(), size.width()};
    }
    boolean scales = outputs.get(output) == FLOAT32;
    return new long[] {output % 2 == 0 ? size.image() : size.text(), scales ? 1 : size.width()};
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

  /// Whether cards multiply 8-bit weights of a model of that width: a thread holds its share of the
  /// widest row, four times the width, and products want rows of whole sixteens.
  public static boolean fitFloat8(long width) {
    return width % (2 * Geometry.EIGHT) == 0 && 4 * width <= WIDEST;
  }
}
