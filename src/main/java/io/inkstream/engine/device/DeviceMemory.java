package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.inkstream.engine.device.DeviceDriver.Mark;
import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Tensors in a device's memory, of the element type that its networks compute in.
public final class DeviceMemory implements TensorSpace {
  private final DeviceQueue queue;
  private final DeviceDriver driver;
  private final DevicePool pool;
  private final DType element;
  private final Traffic traffic;

  public DeviceMemory(DeviceQueue queue, DType element) {
    this.queue = queue;
    this.driver = queue.driver();
    this.pool = queue.pool();
    this.traffic = queue.traffic();
    this.element = element;
  }

  @Override
  public Tensor zeros(long... dims) {
    Tensor tensor = allocate(new Shape(dims), element);
    driver.clear(tensor.address(), tensor.bytes());
    return tensor;
  }

  /// A float32 tensor whose content is not defined yet, whatever the networks compute in. The
  /// caller closes it.
  public Tensor floats(Shape shape) {
    return allocate(shape, DType.F32);
  }

  /// A tensor whose content is not defined yet. The caller closes it.
  public Tensor undefined(long... dims) {
    return allocate(new Shape(dims), element);
  }

  @Override
  public Tensor shared(long... dims) {
    return zeros(dims); // the device's memory belongs to no thread
  }

  @Override
  public Tensor take(Tensor host) {
    try (host) {
      Tensor tensor = allocate(host.shape(), element);
      traffic.up(tensor.bytes(), () -> upload(tensor, host));
      return tensor;
    }
  }

  /// A tensor of any type, whose content is not defined yet. The caller closes it.
  Tensor allocate(Shape shape, DType type) {
    long address = pool.take(Math.max(1, shape.elements()) * type.bytes());
    return Tensor.onDevice(shape, type, address, () -> pool.give(address));
  }

  /// A picture has been drawn: memory that neither it nor the one before has used goes back to the
  /// device.
  public void settle() {
    pool.settle();
  }

  /// Makes `to` what `from` is, both on the device and of one shape.
  public void copy(Tensor to, Tensor from) {
    driver.copy(to.address(), from.address(), from.bytes());
  }

  @Override
  public void pull(Tensor to, TensorSpace there, Tensor from) {
    if (!(there instanceof DeviceMemory other)) {
      throw new IllegalArgumentException(from + " lies on no device");
    }
    other.queue.driver().markRuns(other.queue.here());
    driver.runsWaitFor(other.queue.here());
    driver.pull(List.of(Pull.piece(to.address(), other.driver, from.address(), from.bytes())));
    traffic.across(from.bytes());
    // The other may write over it, or give its memory away, when it has been read.
    driver.markRuns(queue.here());
    other.driver.runsWaitFor(queue.here());
  }

  /// Copies panes into this device's memory, in its stream of runs, which is to wait for whatever
  /// writes them where they come from. No two write to one place.
  public void pull(List<PanePull> panes) {
    var pulls =
        panes.stream()
            .filter(pane -> pane.to().rows() > 0)
            .map(pane -> pane.pull(pane.owner().driver))
            .toList();
    driver.pull(pulls);
    pulls.stream()
        .filter(pull -> pull.from() != driver)
        .forEach(pull -> traffic.across(pull.width() * pull.rows()));
  }

  /// A mark for [#put]; who made it frees it.
  public Mark mark() {
    return driver.mark();
  }

  /// Puts a mark behind the runs that the device was given so far.
  public void put(Mark mark) {
    driver.markRuns(mark);
  }

  /// Makes the runs to come wait for a mark that another device of this kind has been given.
  public void await(Mark mark) {
    driver.runsWaitFor(mark);
  }

  /// Frees a mark.
  public void free(Mark mark) {
    driver.unmark(mark);
  }

  /// Waits for all that the device was given.
  public void synchronize() {
    driver.synchronize();
  }

  /// The values of a tensor on the device, widened to float32. Waits for the runs before it.
  public float[] read(Tensor tensor) {
    return queue
        .landing()
        .read(
            tensor.address(),
            tensor.bytes(),
            tensor.type() == DType.BF16 ? DeviceMemory::widened : host -> host.toArray(JAVA_FLOAT));
  }

  private static float[] widened(MemorySegment host) {
    short[] bits = host.toArray(JAVA_SHORT);
    float[] values = new float[bits.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = BFloat16.toFloat(bits[i]);
    }
    return values;
  }

  private void upload(Tensor tensor, Tensor host) {
    if (element == DType.F32) {
      driver.upload(tensor.address(), host.segment());
      return;
    }
    float[] values = host.toArray();
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = BFloat16.fromFloat(values[i]);
    }
    try (var arena = Arena.ofConfined()) {
      driver.upload(tensor.address(), arena.allocateFrom(JAVA_SHORT, bits));
    }
  }
}
