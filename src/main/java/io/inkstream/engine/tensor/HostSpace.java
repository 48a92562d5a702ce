package io.inkstream.engine.tensor;

/// Nothing is copied: tensors of the host are where they shall be.
record HostSpace() implements TensorSpace {
  @Override
  public Tensor zeros(long... dims) {
    return Tensor.zeros(dims);
  }

  @Override
  public Tensor shared(long... dims) {
    return Tensor.unowned(dims);
  }

  @Override
  public Tensor take(Tensor host) {
    return host;
  }

  @Override
  public void pull(Tensor to, TensorSpace there, Tensor from) {
    throw new IllegalArgumentException("the host's memory is one space: " + from + " is there");
  }
}
