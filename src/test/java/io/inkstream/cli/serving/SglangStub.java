package io.inkstream.cli.serving;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A server with the wire of SGLang 0.5.23 as far as its benchmark sees it: answers and errors in
/// its form, uvicorn's plain texts included. The prompt says what goes wrong.
public final class SglangStub implements AutoCloseable {
  private static final String ONE = "{\"b64_json\":\"aGk=\",\"url\":null,\"revised_prompt\":null}";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<JsonNode> generations = new ConcurrentLinkedQueue<>();
  private final Queue<String> edits = new ConcurrentLinkedQueue<>();
  private final Queue<String> keys = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  public SglangStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/health", exchange -> answer(exchange, 200, "{\"status\":\"ok\"}"));
    server.createContext(
        "/v1/model_info",
        exchange -> answer(exchange, 200, "{\"model_path\":\"Qwen/Qwen-Image\"}"));
    server.createContext("/v1/images/generations", this::generate);
    server.createContext("/v1/images/edits", this::edit);
    server.setExecutor(threads);
    server.start();
  }

  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /// The bodies of requests to draw, in order.
  public Queue<JsonNode> generations() {
    return generations;
  }

  /// The forms of requests to edit, a character for each byte.
  public Queue<String> edits() {
    return edits;
  }

  public Queue<String> keys() {
    return keys;
  }

  /// How many were open at once.
  public int most() {
    return most.get();
  }

  private void generate(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(open.incrementAndGet(), Math::max);
    JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody());
    generations.add(body);
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    String prompt = body.get("prompt").asText();
    await(prompt.equals("late"));
    open.decrementAndGet();
    switch (prompt) {
      case "broken" -> answer(exchange, 500, "Internal Server Error");
      case "no json" -> answer(exchange, 200, "<html>\n</html>");
      default -> answer(exchange, 200, drawn(body.get("n").asInt()));
    }
  }

  private void edit(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    edits.add(type + "\n" + new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
    answer(exchange, 200, drawn(1));
  }

  private void await(boolean late) {
    try {
      if (late) {
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String drawn(int number) {
    String data = String.join(",", java.util.Collections.nCopies(number, ONE));
    return "{\"id\":\"a\",\"created\":1,\"data\":[%s],\"peak_memory_mb\":48018.83,\"inference_time_s\":20.6}"
        .formatted(data);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }
}
