package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Where forwards leave their velocities. On a device each picture of each branch has a place,
/// which is read when somebody wants the numbers: until then the next forward can be given to it.
/// For one thread.
final class Velocities implements AutoCloseable {
  private final Optional<DeviceMemory> device;
  private final Shape shape;
  private final Tensor onHost;
  private final Map<BranchName, List<Tensor>> places = new EnumMap<>(BranchName.class);

  /// @param shape `[drawn, channels]`
  Velocities(Optional<DeviceMemory> device, Shape shape) {
    this.device = device;
    this.shape = shape;
    this.onHost = Tensor.zeros(shape.dims());
  }

  /// Features of a velocity's token.
  int channels() {
    return (int) shape.dim(-1);
  }

  /// Where a forward is to write. What the branch's last forward wrote for this picture is gone.
  Tensor place(BranchName branch, int picture) {
    return device.map(memory -> place(memory, branch, picture)).orElse(onHost);
  }

  private Tensor place(DeviceMemory memory, BranchName branch, int picture) {
    var own = places.computeIfAbsent(branch, ignored -> new ArrayList<>());
    while (own.size() <= picture) {
      own.add(memory.floats(shape));
    }
    return own.get(picture);
  }

  /// The numbers of a place; asked for, they are waited for.
  Supplier<float[]> at(Tensor place) {
    if (device.isPresent()) {
      return () -> device.get().read(place);
    }
    float[] values = place.toArray();
    return () -> values;
  }

  @Override
  public void close() {
    onHost.close();
    places.values().stream().flatMap(List::stream).forEach(Tensor::close);
  }
}
