package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.ResidualArithmetic;
import io.inkstream.engine.tensor.Tensor;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummedArithmeticTest {
  /// Has been given a stream.
  private static final class GivenException extends RuntimeException {}

  private final ResidualArithmetic summed = new SummedArithmetic(refusing(), new Meeting(1), 0);

  private static ResidualArithmetic refusing() {
    return (ResidualArithmetic)
        Proxy.newProxyInstance(
            ResidualArithmetic.class.getClassLoader(),
            new Class<?>[] {ResidualArithmetic.class},
            (_, _, _) -> {
              throw new GivenException();
            });
  }

  @Test
  void streamsWithoutRowsAreGivenToNothingAndAddNothingToSums() {
    try (var none = Tensor.zeros(0, 8)) {
      summed.difference(none, none, none);
      summed.add(none, none);
      summed.derive(List.of(none), none, none, 1);
      summed.addTaylor(none, List.of(none), 1);

      assertThat(summed.sumAbs(none)).isZero();
      assertThat(summed.sumAbsChange(none, none, none)).isZero();
    }
  }

  @Test
  void othersAreTheLanesOwn() {
    try (var row = Tensor.zeros(1, 8)) {
      assertThatThrownBy(() -> summed.add(row, row)).isInstanceOf(GivenException.class);
      assertThatThrownBy(() -> summed.sumAbs(row)).isInstanceOf(GivenException.class);
    }
  }
}
