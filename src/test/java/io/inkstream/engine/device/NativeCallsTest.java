package io.inkstream.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/// Calls into the C library that every process has.
class NativeCallsTest {
  private static final NativeLibrary C = NativeLibrary.named("libc.so.6");

  @Test
  void aResultOfTheFirstParameterComesBack() {
    long memory = NativeCalls.first(arguments -> C.call("posix_memalign", arguments), 4096, 10);

    assertThat(memory).isNotZero();
    assertThat(memory % 4096).isZero();
    C.call("free", memory);
  }

  /// More than registers hold: the last are on the stack.
  @Test
  void sixteenArgumentsArriveInTheirOrder() {
    try (var arena = Arena.ofConfined()) {
      long[] arguments = new long[16];
      var text = arena.allocate(200);
      arguments[0] = text.address();
      arguments[1] = text.byteSize();
      arguments[2] = CText.of("%ld ".repeat(13), arena);
      for (int i = 3; i < arguments.length; i++) {
        arguments[i] = i;
      }

      C.call("snprintf", arguments);

      assertThat(CText.at(text.address())).isEqualTo("3 4 5 6 7 8 9 10 11 12 13 14 15 ");
    }
  }

  @Test
  void seventeenArgumentsAreRefused() {
    assertThatThrownBy(() -> C.call("snprintf", new long[17]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("17 arguments");
  }
}
