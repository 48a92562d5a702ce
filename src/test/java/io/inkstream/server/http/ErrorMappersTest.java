package io.inkstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobstore.JobStoreException;
import io.inkstream.server.refusal.LastResort;
import org.junit.jupiter.api.Test;

class ErrorMappersTest {
  private final ErrorMappers mappers = new ErrorMappers(LastResort.ofProcess());

  @Test
  void anUnexpectedFailureShowsNothingOfItselfAndIsNotTriedAgain() {
    var response = mappers.failed(new IllegalStateException("secret"));

    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.getHeaderString("x-should-retry")).isEqualTo("false");
    assertThat(response.getEntity().error().type()).isEqualTo("server_error");
    assertThat(response.getEntity().toString()).doesNotContain("secret", "IllegalState");
  }

  @Test
  void aJobThatTheServerCancelledMayBeTriedAgain() {
    var response = mappers.failed(new CancelledException());

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeaderString("retry-after")).isEqualTo("2");
    assertThat(response.getHeaderString("x-should-retry")).isNull();
  }

  @Test
  void aPictureThatWasNotDrawnIsNotTriedAgain() {
    var response = mappers.failed(ApiException.unhealthy(new IllegalStateException("secret")));

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeaderString("x-should-retry")).isEqualTo("false");
    assertThat(response.getEntity().toString()).contains("unhealthy").doesNotContain("secret");
  }

  @Test
  void aStatusWithoutANameIsAnsweredToo() {
    var response =
        mappers.failed(new JobStoreException(JobStoreException.Why.NO_ROOM, "no room", null));

    assertThat(response.getStatus()).isEqualTo(507);
    assertThat(response.getEntity().error().code()).isEqualTo("job_store_full");
  }
}
