package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.ArrayList;
import java.util.List;

/// Where a transformer's blocks lie: in one place, or on several devices, in their order.
public record Stages(List<Stage> all) {
  /// The blocks of one place.
  ///
  /// @param space where their tensors lie
  /// @param blocks how many they are
  public record Stage(TensorSpace space, int blocks) {}

  public Stages {
    all = List.copyOf(all);
  }

  /// All blocks in one place.
  public static Stages one(TensorSpace space, int blocks) {
    return new Stages(List.of(new Stage(space, blocks)));
  }

  int count() {
    return all.size();
  }

  int last() {
    return all.size() - 1;
  }

  /// Blocks of all stages.
  int blocks() {
    return all.stream().mapToInt(Stage::blocks).sum();
  }

  /// The stage that a block is of.
  int of(int block) {
    int stage = 0;
    for (int end = all.getFirst().blocks(); block >= end; end += all.get(stage).blocks()) {
      stage++;
    }
    return stage;
  }

  TensorSpace space(int stage) {
    return all.get(stage).space();
  }

  /// Where the tensors of a block lie.
  public TensorSpace spaceOf(int block) {
    return space(of(block));
  }

  /// The values of a tensor of the host in each place. The given one belongs to them from now on;
  /// the caller closes the results.
  List<Tensor> everywhere(Tensor host) {
    if (count() == 1) {
      return List.of(space(0).take(host));
    }
    List<Tensor> made = new ArrayList<>();
    try (host) {
      for (Stage stage : all) {
        made.add(stage.space().take(Tensor.of(host.toArray(), host.shape().dims())));
      }
      return made;
    } catch (RuntimeException e) {
      made.forEach(Tensor::close);
      throw e;
    }
  }
}
