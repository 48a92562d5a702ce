package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the networks get beside their own inputs where adapters may act, described at
/// `graph.AdaptedLinear`: low-rank factors, read by any number of runs at once. Nothing where the
/// graphs know no adapters.
///
/// @param adapters that they are of
/// @param time of `modulations`, or of `time_embedding`
/// @param modulations of `modulation` of each block; none where one graph makes all of them
/// @param blocks of each block
/// @param release what happens when nobody needs them any more
public record AdapterInputs(
    List<AdapterWeight> adapters,
    Map<String, Tensor> time,
    List<Map<String, Tensor>> modulations,
    Map<String, Tensor> imageIn,
    Map<String, Tensor> textIn,
    List<Map<String, Tensor>> blocks,
    Map<String, Tensor> imageOut,
    Runnable release)
    implements AutoCloseable {
  /// Of graphs that know no adapters.
  public static final AdapterInputs NONE =
      new AdapterInputs(
          List.of(), Map.of(), List.of(), Map.of(), Map.of(), List.of(), Map.of(), () -> {});

  public AdapterInputs {
    adapters = List.copyOf(adapters);
    modulations = List.copyOf(modulations);
    blocks = List.copyOf(blocks);
  }

  Map<String, Tensor> modulation(int block) {
    return modulations.isEmpty() ? Map.of() : modulations.get(block);
  }

  Map<String, Tensor> block(int block) {
    return blocks.isEmpty() ? Map.of() : blocks.get(block);
  }

  /// Both as the inputs of one run.
  static Map<String, Tensor> joined(Map<String, Tensor> own, Map<String, Tensor> beside) {
    if (beside.isEmpty()) {
      return own;
    }
    Map<String, Tensor> all = new HashMap<>(own);
    all.putAll(beside);
    return all;
  }

  @Override
  public void close() {
    release.run();
  }
}
