package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaPullsTest {
  private final DeviceDriver driver = new EmulatedDriver(OptionalLong.empty());

  @ParameterizedTest
  @CsvSource({
    "4096, 3072, 8192, 6144, 3072, true",
    "4098, 3072, 8192, 6144, 3072, false",
    "4096, 3080, 8192, 6144, 3072, false",
    "4096, 3072, 8200, 6144, 3072, false",
    "4096, 3072, 8192, 6152, 3072, false",
    "4096, 3072, 8192, 6144, 3064, false",
  })
  void whatLiesOnSixteenBytesIsTaken(
      long to, long pitch, long address, long fromPitch, long width, boolean taken) {
    var aligned = new Pull(0, 16, driver, 0, 16, 16, 1);
    var pull = new Pull(to, pitch, driver, address, fromPitch, width, 2);

    assertThat(CudaPulls.take(List.of(aligned, pull))).isEqualTo(taken);
  }

  @Test
  void theKernelReadsItsCopiesOneAfterTheOther() throws IOException {
    var first = new Pull(0x1000, 32, driver, 0x2000, 64, 32, 3);
    var second = new Pull(0x3000, 48, driver, 0x4000, 96, 48, 5);
    try (var arena = Arena.ofConfined()) {
      MemorySegment packed = CudaPulls.packed(List.of(first, second), arena);

      assertThat(ptx())
          .contains(".param .align 8 .b8 pull_param_0[%d]".formatted(packed.byteSize()));
      assertThat(packed.asSlice(0, 32).toArray(JAVA_LONG)).containsExactly(0x1000, 0x2000, 32, 64);
      assertThat(packed.asSlice(32, 8).toArray(JAVA_INT)).containsExactly(2, 3);
      assertThat(packed.asSlice(40, 32).toArray(JAVA_LONG)).containsExactly(0x3000, 0x4000, 48, 96);
      assertThat(packed.asSlice(72, 8).toArray(JAVA_INT)).containsExactly(3, 5);
    }
  }

  private static String ptx() throws IOException {
    String file = "/io/inkstream/engine/kernel/pull.ptx";
    try (InputStream in = CudaPulls.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
