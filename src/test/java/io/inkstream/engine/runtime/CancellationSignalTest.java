package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationSignalTest {
  private final CancellationSignal signal = new CancellationSignal();
  private final List<String> heard = new ArrayList<>();

  @Test
  void whoListensHearsOnce() {
    signal.onCancel(() -> heard.add("first"));
    signal.onCancel(() -> heard.add("second"));
    assertThat(heard).isEmpty();

    signal.cancel();
    signal.cancel();

    assertThat(heard).containsExactly("first", "second");
    assertThat(signal.isCancelled()).isTrue();
  }

  @Test
  void whoComesLateHearsAtOnce() {
    signal.cancel();

    signal.onCancel(() -> heard.add("late"));

    assertThat(heard).containsExactly("late");
  }

  @Test
  void whoHasLeftHearsNothing() {
    Runnable listener = () -> heard.add("gone");
    signal.onCancel(listener).close();

    signal.cancel();

    assertThat(heard).isEmpty();
  }

  @Test
  void workEndsOnlyWhenCancelled() {
    assertThatNoException().isThrownBy(signal::throwIfCancelled);

    signal.cancel();

    assertThatThrownBy(signal::throwIfCancelled).isInstanceOf(CancelledException.class);
  }
}
