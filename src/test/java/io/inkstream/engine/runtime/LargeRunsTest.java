package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargeRunsTest {
  @ParameterizedTest
  @CsvSource({"1, 65536", "256, 524288", "1024, 2097152", "2048, 4194304", "65536, 4194304"})
  void theLessMemoryTheSmallerTheRunThatGivesItsOwnBack(long megabytes, long limit) {
    assertThat(LargeRuns.limit(megabytes << 20)).isEqualTo(limit);
  }
}
