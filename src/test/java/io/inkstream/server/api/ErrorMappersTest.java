package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.runtime.CancelledException;
import org.junit.jupiter.api.Test;

class ErrorMappersTest {
  private final ErrorMappers mappers = new ErrorMappers();

  @Test
  void anUnexpectedFailureShowsNothingOfItselfAndIsNotTriedAgain() {
    var response = mappers.unexpected(new IllegalStateException("secret"));

    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.getHeaderString("x-should-retry")).isEqualTo("false");
    assertThat(response.getEntity().error().type()).isEqualTo("server_error");
    assertThat(response.getEntity().toString()).doesNotContain("secret", "IllegalState");
  }

  @Test
  void aJobThatTheServerCancelledMayBeTriedAgain() {
    var response = mappers.cancelled(new CancelledException());

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeaderString("retry-after")).isEqualTo("2");
    assertThat(response.getHeaderString("x-should-retry")).isNull();
  }

  @Test
  void aPictureThatWasNotDrawnIsUnhealthyWhateverTheCause() {
    var failed = mappers.unhealthy(new UnhealthyException(new IllegalStateException("secret")));
    var stopping = mappers.unhealthy(new UnhealthyException(new CancelledException()));

    assertThat(failed.getStatus()).isEqualTo(503);
    assertThat(failed.getEntity().error().code()).isEqualTo("unhealthy");
    assertThat(failed.getEntity().toString()).doesNotContain("secret");
    assertThat(stopping.getStatus()).isEqualTo(503);
  }
}
