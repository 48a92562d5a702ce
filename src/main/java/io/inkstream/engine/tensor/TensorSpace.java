package io.inkstream.engine.tensor;

/// Where the tensors of a computation lie, and of which element type they are.
public interface TensorSpace {
  /// The host's memory, float32.
  TensorSpace HOST = new HostSpace();

  /// A new tensor of zeros. The caller closes it.
  Tensor zeros(long... dims);

  /// A new tensor of zeros that any thread may use, one after the other or, to read, at once. Who
  /// made it closes it when nobody does any more.
  Tensor shared(long... dims);

  /// The values of a tensor of the host as a tensor of this space. The given one belongs to the
  /// space from now on; the caller closes the result.
  Tensor take(Tensor host);

  /// Makes a tensor of this space what one of another is, both of one shape and type. Runs of both
  /// see it in their order: those begun here from now on read what was written there until now.
  ///
  /// @throws IllegalArgumentException if the other is no space that this one reaches
  void pull(Tensor to, TensorSpace there, Tensor from);
}
