package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a linear layer multiplies, which follows from how its weight is stored and where it runs.
sealed interface Product {
  /// `value · weightᵀ`.
  String of(String value);

  /// `value · weightᵀ + bias`.
  ///
  /// @param bias `[out]`
  String plus(String value, String bias);

  /// `gate · (value · weightᵀ + bias)`.
  ///
  /// @param bias `[out]`
  /// @param gate `[out]`
  String gated(String value, String bias, String gate);

  /// `value · weightᵀ + rows`.
  ///
  /// @param rows `[rows, out]` or `[1, out]`
  String plusRows(String value, String rows);

  /// That of a weight.
  static Product of(GraphBuilder g, StoredWeight weight) {
    return switch (weight.encoding()) {
      case Encoding.Plain _, Encoding.Scaled _, Encoding.Blocks _ ->
          new Wide(g, g.weights().inElement(weight));
      case Encoding.ScaledRows(DType type, _) ->
          type == DType.I8 && !g.weightsAreInputs()
              ? new Integers(
                  g, g.weights().transposed(weight.numbers()), weight.beside().getFirst())
              : new Wide(g, g.weights().inElement(weight));
      case Encoding.KernelBlocks blocks -> new Blocked(g, weight, blocks);
    };
  }

  /// In the graph's element type.
  record Wide(GraphBuilder g, String weight) implements Product {
    @Override
    public String of(String value) {
      return g.gemm(List.of(value, weight));
    }

    @Override
    public String plus(String value, String bias) {
      return g.gemm(List.of(value, weight, bias));
    }

    @Override
    public String plusRows(String value, String rows) {
      return g.gemm(List.of(value, weight, rows));
    }

    @Override
    public String gated(String value, String bias, String gate) {
      return g.op("Mul", plus(value, bias), gate);
    }
  }

  /// In integers of 8 bits, the value's with one scale for all of it. Layers of one value share
  /// them.
  ///
  /// @param weight `[in, out]`
  /// @param scale `[out, 1]`
  record Integers(GraphBuilder g, String weight, String scale) implements Product {
    @Override
    public String of(String value) {
      return product(value, scales(), List.of());
    }

    @Override
    public String plus(String value, String bias) {
      return product(value, scales(), List.of("", bias));
    }

    // The gate goes into scale and bias, which are one row each.
    @Override
    public String gated(String value, String bias, String gate) {
      String gated = g.op("Mul", scales(), gate);
      return product(value, gated, List.of("", g.op("Mul", bias, gate)));
    }

    @Override
    public String plusRows(String value, String rows) {
      return g.op("Add", of(value), rows);
    }

    private String scales() {
      return g.reshape(scale, -1);
    }

    private String product(String value, String scales, List<String> more) {
      var quantized = g.quantized(value);
      List<String> operands = new ArrayList<>();
      operands.addAll(List.of(quantized.get(0), weight, quantized.get(1)));
      operands.addAll(List.of(scales, quantized.get(2)));
      operands.addAll(more);
      return g.microsoft("MatMulIntegerToFloat", operands, Map.of());
    }
  }

  /// By a kernel that reads blocks; the value is made integers of 8 bits, too, with a scale for
  /// each block of each row.
  record Blocked(GraphBuilder g, StoredWeight weight, Encoding.KernelBlocks blocks)
      implements Product {
    private static final int INTEGERS = 4; // of the kernel's levels of accuracy

    @Override
    public String of(String value) {
      return product(value, List.of());
    }

    @Override
    public String plus(String value, String bias) {
      // CUDA's kernel takes no bias.
      return g.weightsAreInputs() ? plusRows(value, bias) : product(value, List.of("", "", bias));
    }

    @Override
    public String gated(String value, String bias, String gate) {
      return g.op("Mul", plus(value, bias), gate);
    }

    @Override
    public String plusRows(String value, String rows) {
      return g.op("Add", of(value), rows);
    }

    private String product(String value, List<String> more) {
      List<String> operands = new ArrayList<>();
      String scales = g.narrowed(weight.beside().getFirst()); // of the value's type
      operands.addAll(List.of(value, weight.numbers(), scales));
      operands.addAll(more);
      return g.microsoft(
          "MatMulNBits",
          operands,
          Map.of(
              "K", (int) weight.entry().shape().dim(1),
              "N", weight.rows(),
              "bits", blocks.bits(),
              "block_size", blocks.block(),
              "accuracy_level", INTEGERS));
    }
  }
}
