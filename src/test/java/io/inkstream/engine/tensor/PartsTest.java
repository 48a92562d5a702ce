package io.inkstream.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
  private static final int SIZE = 64;
  private static final int ENOUGH = Parts.WORTH_SHARING / SIZE;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, ENOUGH - 1, ENOUGH, ENOUGH + 1, 3 * ENOUGH + 7})
  void eachPartIsDoneOnce(int count) {
    var times = new AtomicIntegerArray(count);
    Parts.each(count, SIZE, times::incrementAndGet);
    for (int part = 0; part < count; part++) {
      assertThat(times.get(part)).as("part %d", part).isEqualTo(1);
    }
  }

  @Test
  void fewValuesStayOnTheCallersThread() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Parts.each(ENOUGH - 1, SIZE, _ -> threads.add(Thread.currentThread()));
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, ENOUGH})
  void aFailureIsTheCallers(int count) {
    assertThatThrownBy(() ->
            Parts.each(
                count,
                SIZE,
                part -> {
                  throw new IllegalStateException("part " + part);
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("part ");
  }
}
