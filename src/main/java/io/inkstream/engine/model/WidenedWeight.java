package io.inkstream.engine.model;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.inkstream.engine.graph.BoundWeight;
import io.inkstream.engine.runtime.WeightSource;
import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A weight in the type that a graph takes, made of what its file has: piece by piece, so that no
/// more than a piece of each thread is on the heap.
final class WidenedWeight implements WeightSource.Made {
  // Of numbers; arrays of half a megabyte and more are a burden to the heap's collector.
  private static final int PIECE = 1 << 16;

  private final WeightReader reader;
  private final DType type;
  private final List<Piece> pieces = new ArrayList<>();

  /// @param at of its first number in the whole weight
  private record Piece(TensorEntry entry, long firstRow, int rows, long at) {
    int numbers() {
      return Math.toIntExact(rows * entry.rowLength());
    }
  }

  private WidenedWeight(WeightReader reader, List<TensorEntry> entries, DType type) {
    this.reader = reader;
    this.type = type;
    long at = 0;
    for (TensorEntry entry : entries) {
      add(entry, at);
      at += entry.shape().elements();
    }
  }

  private void add(TensorEntry entry, long at) {
    long row = Math.max(1, entry.rowLength());
    long atOnce = Math.max(1, PIECE / row);
    for (long first = 0; first < entry.rows(); first += atOnce) {
      int rows = Math.toIntExact(Math.min(atOnce, entry.rows() - first));
      pieces.add(new Piece(entry, first, rows, at + first * row));
    }
  }

  /// Weights that are made for a graph, in the order of its inputs.
  static Map<String, WeightSource> all(WeightReader reader, Map<String, BoundWeight> weights) {
    return sources(weights, weight -> made(reader, weight));
  }

  /// The same, but those whose bytes are what the graph takes come straight from their files.
  static Map<String, WeightSource> whereNeeded(
      WeightReader reader, Map<String, BoundWeight> weights) {
    return sources(
        weights,
        weight ->
            isAsStored(weight)
                ? new WeightSource.InFiles(
                    weight.entries().stream().map(WidenedWeight::part).toList())
                : made(reader, weight));
  }

  private static Map<String, WeightSource> sources(
      Map<String, BoundWeight> weights, Function<BoundWeight, WeightSource.Content> content) {
    Map<String, WeightSource> sources = new LinkedHashMap<>();
    weights.forEach((name, weight) ->
        sources.put(name, new WeightSource(content.apply(weight), weight.type(), weight.shape())));
    return sources;
  }

  private static WeightSource.Made made(WeightReader reader, BoundWeight weight) {
    return switch (weight.form()) {
      case ROWS -> new WidenedWeight(reader, weight.entries(), weight.type());
      case TILES -> new TiledKernel(reader, weight.entries().getFirst());
    };
  }

  private static boolean isAsStored(BoundWeight weight) {
    return weight.entries().stream()
        .map(TensorEntry::encoding)
        .allMatch(encoding -> encoding.direct().filter(weight.type()::equals).isPresent());
  }

  private static WeightSource.Part part(TensorEntry entry) {
    return new WeightSource.Part(entry.file(), entry.offset(), entry.length());
  }

  @Override
  public int pieces() {
    return pieces.size();
  }

  @Override
  public void make(int piece, MemorySegment all) {
    Piece one = pieces.get(piece);
    float[] numbers = new float[one.numbers()];
    reader.rows(one.entry(), one.firstRow(), one.rows(), numbers, 0);
    switch (type) {
      case F32 ->
          MemorySegment.copy(numbers, 0, all, JAVA_FLOAT, one.at() * Float.BYTES, numbers.length);
      case BF16 -> {
        short[] halves = new short[numbers.length];
        for (int i = 0; i < halves.length; i++) {
          halves[i] = BFloat16.fromFloat(numbers[i]);
        }
        MemorySegment.copy(halves, 0, all, JAVA_SHORT, one.at() * Short.BYTES, halves.length);
      }
      case F64, F16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalStateException("no graph computes in " + type);
    }
  }

  /// What is made of the same bytes in the same way is the same, whoever reads it.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WidenedWeight that && type == that.type && pieces.equals(that.pieces);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, pieces);
  }
}
