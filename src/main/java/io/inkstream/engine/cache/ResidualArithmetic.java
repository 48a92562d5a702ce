package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// What a cache computes on tensors, wherever they lie. Decisions are made from the numbers that it
/// returns; the tensors' elements stay where they are.
///
/// All tensors of a call have one shape. Results are float32 at every stage, as in the reference,
/// unless the tensors themselves are of fewer bits.
public interface ResidualArithmetic {
  /// On tensors of the host.
  ResidualArithmetic HOST = new HostArithmetic();

  /// A new tensor of that shape, in the same memory. The caller closes it.
  Tensor like(Tensor other);

  /// `out = after - before`.
  void difference(Tensor out, Tensor after, Tensor before);

  /// `x = residual + x`.
  void add(Tensor x, Tensor residual);

  /// Sum of `|residual|`.
  double sumAbs(Tensor residual);

  /// Sum of `|previous - (after - before)|`.
  double sumAbsChange(Tensor previous, Tensor after, Tensor before);

  /// Term 0 becomes `after - before`, term i + 1 the change of term i divided by `window`, from the
  /// terms as they were. What the last term was is lost.
  void derive(List<Tensor> terms, Tensor before, Tensor after, float window);

  /// `x = x + term 0 + sum of term i * elapsed^i / i!`.
  void addTaylor(Tensor x, List<Tensor> terms, int elapsed);
}
