package io.inkstream.engine.cache;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// One forward of one branch, all pictures of the batch together: first [#decide], then [#computed]
/// or [#reuse] as it says. Lists have an element for each picture, in the same order at every call.
public final class CacheForward {
  private final CacheContext context;
  private final CacheStats.BranchName branch;
  private final int step;
  private final OptionalDouble given;
  private @Nullable CacheDecision decision;
  private boolean done;

  CacheForward(CacheContext context, CacheStats.BranchName branch, int step, OptionalDouble given) {
    this.context = context;
    this.branch = branch;
    this.step = step;
    this.given = given;
  }

  /// Which state it works on.
  public CacheStats.BranchName branch() {
    return branch;
  }

  /// Number of this branch's forwards before it.
  public int step() {
    return step;
  }

  /// Decides from the image stream; reads both lists, and keeps neither.
  ///
  /// @param before what the first block gets, `[tokens, D]` each
  /// @param afterFn what comes out of the first Fn blocks
  public CacheDecision decide(List<Tensor> before, List<Tensor> afterFn) {
    if (decision != null) {
      throw new IllegalStateException("this forward has decided already");
    }
    if (before.isEmpty() || before.size() != afterFn.size()) {
      throw new IllegalArgumentException(
          "%d inputs and %d outputs of the first blocks: must be as many, and one or more"
              .formatted(before.size(), afterFn.size()));
    }
    CacheDecision made = context.decide(before, afterFn, given);
    decision = made;
    return made;
  }

  /// In place of the middle blocks: adds to each stream, in place, what they added or would have.
  /// The text stream is left alone if no blocks follow, and may then be an empty list.
  ///
  /// @throws IllegalArgumentException if a stream's shapes are not those of the computed step
  public void reuse(List<Tensor> imageAfterFn, List<Tensor> textAfterFn) {
    finish(decision != null && !(decision instanceof Compute), "reuse");
    context.reuse(imageAfterFn, textAfterFn);
  }

  /// After the middle blocks: keeps what they added. The text lists may be empty if no blocks
  /// follow.
  public void computed(
      List<Tensor> imageAfterFn,
      List<Tensor> imageAfterMiddle,
      List<Tensor> textAfterFn,
      List<Tensor> textAfterMiddle) {
    finish(decision instanceof Compute, "computed");
    context.computed(imageAfterFn, imageAfterMiddle, textAfterFn, textAfterMiddle);
  }

  private void finish(boolean expected, String call) {
    if (!expected || done) {
      throw new IllegalStateException(
          "%s() does not follow the decision %s of this forward".formatted(call, decision));
    }
    done = true;
  }
}
