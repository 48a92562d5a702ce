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
///
/// Operators of one stream are Qwen-Image-2.1's: `modulation [4 D]` is as in
/// `graph.SingleStreamGraphs`: 1 + scale and tanh(gate) of the attention, and the same of the MLP.
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
  GATED_RESIDUAL("GatedResidual", "gated_residual", Operator.elements(7), Operator.elements(2)),
  /// One stream: `h [rows, D], modulation` → LayerNorm(h) · (1 + scale), with the attention's
  /// scale.
  SCALED_NORM("ScaledNorm", "scaled_norm", Operator.elements(2), Operator.elements(1)),
  /// One stream: `h, update [rows, D], modulation` → h + gate · update, with the attention's gate,
  /// and of this what [#SCALED_NORM] makes, with the MLP's scale.
  GATED_SCALED_NORM(
      "GatedScaledNorm", "gated_scaled_norm", Operator.elements(3), Operator.elements(2)),
  /// One stream: `h, update [rows, D], modulation` → h + gate · update, with the MLP's gate.
  GATED_SUM("GatedSum", "gated_sum", Operator.elements(3), Operator.elements(1)),
  /// One stream: `qkv [rows, 3 D]`, the norms of queries and keys `[h]`, `cos [rows, h/2], sin`,
  /// and of a prefix `key [txt, D], value [txt, D]` → `query [1, rows, D], key, value [1, txt +
  /// rows, D]`, the prefix's rows first: of the rows' own, queries and keys RMS-normalised by head
  /// and rotated in neighbouring pairs.
  HEADS_BEHIND_PREFIX(
      "HeadsBehindPrefix", "heads_behind_prefix", Operator.elements(7), Operator.elements(3)),
  /// One stream: `[rows, 2 w]`, gates and then what they act on → SiLU(gate) · up, `[rows, w]`.
  SWI_GLU("SwiGlu", "swi_glu", Operator.elements(1), Operator.elements(1)),
  /// As [#SCALED_NORM], in numbers of 8 bits and their rows' scales `[rows, 1]`: a row's largest
  /// magnitude becomes the type's.
  SCALED_NORM_FLOAT8(
      "ScaledNormFloat8", "scaled_norm_float8", Operator.elements(2), Float8Rows.ONE),
  /// As [#GATED_SCALED_NORM], the norm as that of [#SCALED_NORM_FLOAT8].
  GATED_SCALED_NORM_FLOAT8(
      "GatedScaledNormFloat8",
      "gated_scaled_norm_float8",
      Operator.elements(3),
      Float8Rows.ONE_AFTER_STREAM),
  /// As [#SWI_GLU], as that of [#SCALED_NORM_FLOAT8].
  SWI_GLU_FLOAT8("SwiGluFloat8", "swi_glu_float8", Operator.elements(1), Float8Rows.ONE);

  private static final class Float8Rows {
    static final List<Numbers> PAIR = List.of(FLOAT8, FLOAT8, FLOAT32, FLOAT32);
    static final List<Numbers> PAIR_AFTER_STREAMS =
        List.of(ELEMENT, ELEMENT, FLOAT8, FLOAT8, FLOAT32, FLOAT32);
    static final List<Numbers> ONE = List.of(FLOAT8, FLOAT32);
    static final List<Numbers> ONE_AFTER_STREAM = List.of(ELEMENT, FLOAT8, FLOAT32);
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
      case HEADS_BEHIND_PREFIX -> List.of(0, 5, 1, 3);
      case WIDEN_FLOAT8, WIDEN_INT8, SCALED_NORM, SCALED_NORM_FLOAT8, SWI_GLU, SWI_GLU_FLOAT8 ->
          List.of(0);
      case ADA_LAYER_NORM,
          ADA_LAYER_NORM_FLOAT8,
          GATED_ADA_LAYER_NORM,
          GATED_ADA_LAYER_NORM_FLOAT8,
          BIAS_GELU,
          BIAS_GELU_FLOAT8,
          GATED_RESIDUAL,
          GATED_SCALED_NORM,
          GATED_SCALED_NORM_FLOAT8,
          GATED_SUM ->
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
  /// @throws IllegalArgumentException if they are not those of streams of one width, or the tables
  ///   have not a row for each of theirs
  Geometry geometry(List<long[]> shapes) {
    return switch (this) {
      case HEAD_NORM_ROPE -> {
        var streams = streams(shapes.get(0), shapes.get(1));
        yield heads(streams, streams.rows(), shapes);
      }
      case HEADS_BEHIND_PREFIX -> {
        long[] prefix = shapes.get(1);
        var streams = streams(shapes.get(0), new long[] {prefix[0], 3 * prefix[1]});
        yield heads(streams, streams.image(), shapes);
      }
      case SWI_GLU, SWI_GLU_FLOAT8 -> {
        long[] both = shapes.getFirst();
        yield streams(new long[] {both[0], both[1] / 2}, new long[] {0, both[1] / 2});
      }
      case WIDEN_FLOAT8, WIDEN_INT8, SCALED_NORM, SCALED_NORM_FLOAT8 ->
          streams(shapes.getFirst(), new long[] {0, shapes.getFirst()[1]});
      case GATED_SCALED_NORM, GATED_SCALED_NORM_FLOAT8, GATED_SUM -> one(shapes);
      case ADA_LAYER_NORM,
          ADA_LAYER_NORM_FLOAT8,
          GATED_ADA_LAYER_NORM,
          GATED_ADA_LAYER_NORM_FLOAT8,
          BIAS_GELU,
          BIAS_GELU_FLOAT8,
          GATED_RESIDUAL ->
          streams(shapes.get(0), shapes.get(1));
    };
  }

  private Geometry streams(long[] image, long[] text) {
    if (image.length != 2 || text.length != 2 || image[1] != text[1]) {
      throw new IllegalArgumentException(
          "%s has streams of %s and %s, must be rows of one width"
              .formatted(operator, Arrays.toString(image), Arrays.toString(text)));
    }
    int width = Math.toIntExact(image[1]);
    return new Geometry(Math.toIntExact(image[0]), Math.toIntExact(text[0]), width, width);
  }

  /// Of a stream and its update.
  private Geometry one(List<long[]> shapes) {
    long[] stream = shapes.get(0);
    if (!Arrays.equals(stream, shapes.get(1))) {
      throw new IllegalArgumentException(
          "%s has an update of %s, must be of %s as its stream"
              .formatted(operator, Arrays.toString(shapes.get(1)), Arrays.toString(stream)));
    }
    return streams(stream, new long[] {0, stream[1]});
  }

  private Geometry heads(Geometry streams, int rows, List<long[]> shapes) {
    long[] table = shapes.get(3);
    int head = Math.toIntExact(shapes.get(2)[0]);
    if (table[0] != rows || table[1] != head / 2) {
      throw new IllegalArgumentException(
          "%s has a table of %s, must be [%d, %d]"
              .formatted(operator, Arrays.toString(table), rows, head / 2));
    }
    return new Geometry(streams.image(), streams.text(), streams.width() / 3, head);
  }

  /// The extents of an output.
  long[] outputShape(int output, Geometry size) {
    return switch (this) {
      case HEAD_NORM_ROPE -> new long[] {1, size.rows(), size.width()};
      case HEADS_BEHIND_PREFIX ->
          new long[] {1, output == 0 ? size.image() : size.rows(), size.width()};
      case WIDEN_FLOAT8,
          WIDEN_INT8,
          SCALED_NORM,
          SCALED_NORM_FLOAT8,
          GATED_SCALED_NORM,
          GATED_SCALED_NORM_FLOAT8,
          GATED_SUM,
          SWI_GLU,
          SWI_GLU_FLOAT8 ->
          rows(output, size.image(), size);
      case ADA_LAYER_NORM,
          ADA_LAYER_NORM_FLOAT8,
          GATED_ADA_LAYER_NORM,
          GATED_ADA_LAYER_NORM_FLOAT8,
          BIAS_GELU,
          BIAS_GELU_FLOAT8,
          GATED_RESIDUAL ->
          rows(output, output % 2 == 0 ? size.image() : size.text(), size);
    };
  }

  private long[] rows(int output, int rows, Geometry size) {
    return new long[] {rows, outputs.get(output) == FLOAT32 ? 1 : size.width()};
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
