package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Files that `make_calibrators.py` made, and tensors of few values.
final class CacheFixtures {
  /// The library's defaults.
  static final CalibratorConfig DMD =
      DBCacheConfig.cacheDitDefaults().with(ENABLE_DMD, true).calibrator();

  private CacheFixtures() {}

  static JsonNode json(String name) {
    return read(Path.of("src/test/resources/cache", name));
  }

  static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same with that prediction.
  static DBCacheConfig with(DBCacheConfig config, CalibratorConfig calibrator) {
    return switch (calibrator) {
      case CalibratorConfig.None() -> config;
      case CalibratorConfig.TaylorSeer(int order) ->
          config.with(ENABLE_TAYLORSEER, true).with(TAYLORSEER_ORDER, order);
      case CalibratorConfig.Dmd dmd ->
          config
              .with(ENABLE_DMD, true)
              .with(DMD_HISTORY, dmd.history())
              .with(DMD_RANK, dmd.rank())
              .with(DMD_RIDGE, dmd.ridge())
              .with(DMD_SVD_PRECISION, dmd.svdPrecision());
    };
  }

  /// The same, each branch with its own difference or not.
  static DBCacheConfig withDiffs(DBCacheConfig config, boolean separate) {
    return new DBCacheConfig(config.params(), config.mask(), separate);
  }

  static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.get(i).asDouble();
    }
    return values;
  }

  /// That many tensors `[values / n]`, the values shared out in turn.
  static List<Tensor> split(float[] values, int n) {
    int each = values.length / n;
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      tensors.add(Tensor.of(Arrays.copyOfRange(values, i * each, (i + 1) * each), each));
    }
    return tensors;
  }

  static float[] join(List<Tensor> tensors) {
    int n = tensors.stream().mapToInt(tensor -> (int) tensor.shape().elements()).sum();
    float[] values = new float[n];
    int at = 0;
    for (Tensor tensor : tensors) {
      float[] part = tensor.toArray();
      System.arraycopy(part, 0, values, at, part.length);
      at += part.length;
    }
    return values;
  }

  static void close(List<Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }
}
