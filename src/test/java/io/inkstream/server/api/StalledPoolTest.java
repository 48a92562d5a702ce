package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;

import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes on while every thread of Quarkus's pool, which is Vert.x's too, is taken.
@QuarkusTest
@TestProfile(StalledPoolTest.FewThreads.class)
class StalledPoolTest {
  private static final int THREADS = 4;

  @Inject ModelSlot model;
  @Inject ExecutorService pool;

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger held = new AtomicInteger();

  public static final class FewThreads implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.thread-pool.max-threads", String.valueOf(THREADS));
    }
  }

  @BeforeEach
  void takeAllThreads() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
    for (int i = 0; i < 2 * THREADS; i++) {
      pool.execute(this::hold);
    }
    Await.until("all threads are taken", () -> held.get() == THREADS);
  }

  private void hold() {
    held.incrementAndGet();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void release() {
    released.countDown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health",
        "/liveness",
        "/q/health/live",
        "/q/health/ready",
        "/metrics",
        "/v1/models"
      })
  void probesAndFiguresAreAnswered(String path) {
    given().get(path).then().statusCode(200);
  }

  @Test
  void picturesAreDrawnAndSent() {
    given()
        .contentType(ContentType.JSON)
        .body("{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":2,\"n\":2}")
        .post("/v1/images/generations")
        .then()
        .statusCode(200)
        .body("data", hasSize(2));
  }

  @Test
  void streamsGoOn() {
    given()
        .contentType(ContentType.JSON)
        .body(
            "{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":2,\"stream\":true,"
                + "\"partial_images\":1}")
        .post("/v1/images/generations")
        .then()
        .statusCode(200)
        .body(containsString("event: image_generation.partial_image"))
        .body(containsString("event: image_generation.completed"));
  }

  @Test
  void aBodyThatIsNoneIsRefused() {
    given()
        .contentType(ContentType.JSON)
        .body("{")
        .post("/v1/images/generations")
        .then()
        .statusCode(400);
  }
}
