package io.inkstream.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;

/// Another engine in a process of its own: reads a command a line, answers each with a line of JSON
/// that holds `cpu` and `wall` seconds.
public final class ReferenceWorker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;
  private final JsonNode ready;

  /// Starts the worker and waits until it is ready.
  public ReferenceWorker(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = process.outputWriter();
    answers = process.inputReader();
    ready = ask("ready");
  }

  /// Its versions and settings.
  public JsonNode ready() {
    return ready;
  }

  /// Gives a command some times; the mean cost of one time.
  public Cost costOfEach(int times, String command) {
    double cpu = 0;
    double wall = 0;
    for (int i = 0; i < times; i++) {
      JsonNode answer = answer(command);
      cpu += answer.get("cpu").asDouble();
      wall += answer.get("wall").asDouble();
    }
    return new Cost(cpu / times, wall / times);
  }

  /// What the worker answers to one command.
  JsonNode answer(String command) {
    try {
      return ask(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode ask(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    String line = answers.readLine();
    JsonNode answer = line == null ? JSON.missingNode() : JSON.readTree(line);
    if (answer.isMissingNode() || answer.has("error")) {
      throw new IOException("the reference worker failed at \"" + command + "\": " + line);
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
