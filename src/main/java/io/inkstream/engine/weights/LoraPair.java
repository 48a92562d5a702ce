package io.inkstream.engine.weights;

/// What an adapter adds to one linear layer: `y = W x + b + weight · scale · up (down x)`, with the
/// weight that whoever uses the adapter gives it.
///
/// @param down A, `[rank, in]`
/// @param up B, `[out, rank]`
/// @param scale alpha / rank, or 1 without an alpha
public record LoraPair(TensorEntry down, TensorEntry up, double scale) {
  public int rank() {
    return (int) down.shape().dim(0);
  }

  LoraPair withAlpha(double alpha) {
    return new LoraPair(down, up, alpha / rank());
  }

  /// Of both, as they are stored.
  public long bytes() {
    return down.length() + up.length();
  }
}
