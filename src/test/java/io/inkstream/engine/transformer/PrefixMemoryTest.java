package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.device.EmulatedDriver;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import io.inkstream.engine.transformer.PrefixMemory.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PrefixMemoryTest {
  private static final Key ONE = new Key("1", List.of());
  private static final Key TWO = new Key("2", List.of());
  private static final Key THREE = new Key("3", List.of());

  @Test
  void theEldestGoesWhereTheBudgetEnds() {
    var memory = new PrefixMemory(2 * prefix(3).bytes());
    memory.remember(ONE, prefix(3));
    memory.remember(TWO, prefix(3));
    assertThat(memory.recall(ONE)).isNotNull();

    memory.remember(THREE, prefix(3));

    assertThat(memory.recall(ONE)).isNotNull();
    assertThat(memory.recall(TWO)).isNull();
    assertThat(memory.recall(THREE)).isNotNull();
  }

  @Test
  void whatAloneIsTooMuchIsNotKept() {
    var memory = new PrefixMemory(prefix(3).bytes());
    memory.remember(ONE, prefix(3));

    memory.remember(TWO, prefix(4));

    assertThat(memory.recall(ONE)).isNotNull();
    assertThat(memory.recall(TWO)).isNull();
  }

  @Test
  void aPrefixIsOfItsTextAndItsAdapters() {
    var adapter = new AdapterWeight(Path.of("a.safetensors"), "1", 0.5, Optional.empty());
    try (var one = Tensor.of(new float[] {1, 2}, 1, 2);
        var same = Tensor.of(new float[] {1, 2}, 1, 2);
        var other = Tensor.of(new float[] {1, 3}, 1, 2)) {
      var key = Key.of(one, List.of(), List.of());

      assertThat(Key.of(same, List.of(), List.of())).isEqualTo(key);
      assertThat(Key.of(other, List.of(), List.of())).isNotEqualTo(key);
      assertThat(Key.of(one, List.of(), List.of(adapter))).isNotEqualTo(key);
    }
  }

  @Test
  void memoryOfADeviceIsFreeWhenAPrefixIsForgottenAndNobodyReadsIt() {
    var pool = new DeviceQueue(new EmulatedDriver(OptionalLong.empty()), true);
    var space = new DeviceMemory(pool, DType.F32);
    Prefix read = Prefix.empty(Stages.one(space, 2), 3, 4);
    Prefix other = Prefix.empty(Stages.one(space, 2), 3, 4);
    var memory = new PrefixMemory(read.bytes());
    memory.remember(ONE, read);
    assertThat(Tensor.open()).isEqualTo(4); // those of the other

    memory.remember(TWO, other);
    other.close();
    long both = pool.pool().takenBytes();
    assertThat(Tensor.open()).isZero();

    assertThat(memory.recall(ONE)).isNull();
    read.close();
    assertThat(pool.pool().takenBytes()).isEqualTo(both / 2);

    Prefix again = Objects.requireNonNull(memory.recall(TWO));
    memory.leave();
    assertThat(memory.recall(TWO)).isNull();
    assertThat(pool.pool().takenBytes()).isEqualTo(both / 2);
    again.close();
    assertThat(pool.pool().takenBytes()).isZero();
  }

  private static Prefix prefix(int tokens) {
    return Prefix.empty(Stages.one(TensorSpace.HOST, 2), tokens, 4);
  }
}
