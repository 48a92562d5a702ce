package io.inkstream.cli.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.server.jobs.ModelSlot;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;

/// A server that is asked each of its routes once, by itself, and ends.
@Singleton
@Unremovable
final class Rehearsal implements QuarkusApplication {
  private static final List<String> ROUTES =
      List.of("/health", "/q/health/ready", "/v1/models", "/q/metrics");
  private static final List<String> ORDERS =
      List.of(
          "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":2}",
          "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":2,"
              + "\"output_format\":\"jpeg\",\"enable_cache_dit\":true}",
          "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":2,"
              + "\"stream\":true,\"partial_images\":1,\"stream_progress\":true}");

  private final ModelSlot model;
  private final HttpServer http;

  Rehearsal(ModelSlot model, HttpServer http) {
    this.model = model;
    this.http = http;
  }

  @Override
  public int run(String... args) throws IOException {
    model.whenReady().toCompletableFuture().join();
    for (String route : ROUTES) {
      require(connection(route));
    }
    for (String order : ORDERS) {
      require(post("/v1/images/generations", order));
    }
    return 0;
  }

  private HttpURLConnection connection(String route) throws IOException {
    var address = URI.create("http://127.0.0.1:" + http.getPort() + route);
    return (HttpURLConnection) address.toURL().openConnection();
  }

  private HttpURLConnection post(String route, String body) throws IOException {
    var connection = connection(route);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    try (var out = connection.getOutputStream()) {
      out.write(body.getBytes(UTF_8));
    }
    return connection;
  }

  private static void require(HttpURLConnection answer) throws IOException {
    if (answer.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(answer.getURL() + " answered " + answer.getResponseCode());
    }
    try (var body = answer.getInputStream()) {
      body.readAllBytes();
    }
  }
}
