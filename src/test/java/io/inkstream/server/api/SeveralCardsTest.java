package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.inkstream.Await;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.LostDevice;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// A server with two replicas, which loses them one after the other.
@QuarkusTest
@TestProfile(SeveralCardsTest.TwoReplicas.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralCardsTest {
  private static final String FIRST = "emulated:360";
  private static final String SECOND = "emulated:361";

  @Inject ModelSlot model;
  @Inject EngineSettings engine;

  public static final class TwoReplicas implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("inkstream.device", FIRST, "inkstream.dp-size", "2");
    }
  }

  @BeforeEach
  void modelIsLoaded() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready || isLost());
  }

  private boolean isLost() {
    return model.state() instanceof ModelState.Lost;
  }

  private DeviceRuntime device(int replica) {
    return engine.devices(replica).first().onDevice().orElseThrow();
  }

  private static void draw(int status) {
    given()
        .contentType(ContentType.JSON)
        .body("{\"prompt\": \"a\", \"size\": \"64x64\", \"num_inference_steps\": 1}")
        .post("/v1/images/generations")
        .then()
        .statusCode(status);
  }

  private static String metrics() {
    return given().get("/metrics").then().statusCode(200).extract().asString();
  }

  private static double metric(String name) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private static String of(String metric, String device) {
    return "inkstream_device_%s{device=\"%s\"}".formatted(metric, device);
  }

  @Test
  @Order(1)
  void bothReplicasAreWarmedUpBeforeTheServerIsReady() {
    given().get("/health").then().statusCode(200).body("status", is("ok"), "lost", nullValue());
    assertThat(metric("inkstream_queue_slots")).isEqualTo(2);
    for (String device : new String[] {FIRST, SECOND}) {
      assertThat(metric(of("up", device))).isEqualTo(1);
      assertThat(
              metric(
                  "inkstream_device_copied_bytes_total{device=\"%s\",direction=\"down\"}"
                      .formatted(device)))
          .isPositive();
    }
  }

  @Test
  @Order(1)
  void theServerSaysHowManyThereAre() {
    given().get("/server_info").then().body("dp_size", is(2), "tp_size", is(1));
    given().get("/v1/models").then().body("data[0].num_gpus", is(2));
  }

  @Test
  @Order(2)
  void withOneLostTheServerIsDegradedAndDraws() {
    try (var _ = new LostDevice(device(0))) {
      draw(200);
      draw(200);

      given()
          .get("/health")
          .then()
          .statusCode(200)
          .body("status", is("degraded"), "lost[0]", is(FIRST));
      given().get("/q/health/ready").then().statusCode(200).body("checks.data.lost[0]", is(FIRST));
      given().get("/q/health/live").then().statusCode(200);
      given().get("/liveness").then().statusCode(200);
      assertThat(metric("inkstream_queue_slots")).isEqualTo(1);
      assertThat(metric(of("up", FIRST))).isZero();
      assertThat(metric(of("up", SECOND))).isEqualTo(1);
    }
  }

  @Test
  @Order(3)
  void withBothLostItIsNotReadyAndRefuses() {
    try (var _ = new LostDevice(device(1))) {
      draw(503);

      given().get("/health").then().statusCode(503).body("status", is("device_lost"));
      given().get("/q/health/ready").then().statusCode(503);
      given().get("/q/health/live").then().statusCode(503);
      given().get("/liveness").then().statusCode(503).body("status", is("device_lost"));
      given()
          .contentType(ContentType.JSON)
          .body("{\"prompt\": \"a\"}")
          .post("/v1/images/generations")
          .then()
          .statusCode(503)
          .body("error.code", is("device_lost"), "error.message", not(containsString(SECOND)));
    }
  }
}
