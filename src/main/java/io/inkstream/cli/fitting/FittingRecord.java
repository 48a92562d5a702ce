package io.inkstream.cli.fitting;

import io.inkstream.engine.pipeline.Denoising;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.IntConsumer;

/// The velocities of one picture that is drawn in full, a file that grows step by step: float32,
/// little-endian, `[steps, tokens, channels]`. An interrupted drawing goes on from what it has.
///
/// @param noise the first latents
record FittingRecord(Path file, float[] sigmas, float[] noise) {
  /// Steps that the file has, whole ones.
  int made() throws IOException {
    return Files.exists(file) ? (int) Math.min(steps(), Files.size(file) / stepBytes()) : 0;
  }

  boolean isComplete() throws IOException {
    return made() == steps();
  }

  private int steps() {
    return sigmas.length - 1;
  }

  private long stepBytes() {
    return (long) noise.length * Float.BYTES;
  }

  /// Draws the steps that are missing.
  ///
  /// @param onStep hears of each step made, from 1
  void draw(Denoising denoising, IntConsumer onStep) throws IOException {
    int made = made();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.truncate(made * stepBytes()); // half a step of an interrupted run
      float[] latents = latents(made);
      for (int step = made; step < steps(); step++) {
        float[] velocity = denoising.velocities(step, List.of(latents)).getFirst();
        append(channel, velocity, step);
        FlowMatchEulerDiscreteScheduler.step(latents, velocity, sigmas[step], sigmas[step + 1]);
        onStep.accept(step + 1);
      }
    }
  }

  private void append(FileChannel channel, float[] velocity, int step) throws IOException {
    var bytes = ByteBuffer.allocate((int) stepBytes()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(velocity);
    while (bytes.hasRemaining()) {
      channel.write(bytes, step * stepBytes() + bytes.position());
    }
  }

  /// The velocity of a step that was made.
  float[] velocity(int step) throws IOException {
    var bytes = ByteBuffer.allocate((int) stepBytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (var channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, step * stepBytes() + bytes.position()) < 0) {
          throw new IOException(file + ": ends before step " + (step + 1));
        }
      }
    }
    float[] velocity = new float[noise.length];
    bytes.flip().asFloatBuffer().get(velocity);
    return velocity;
  }

  /// The latents at the beginning of a step; all steps before it must have been made.
  float[] latents(int step) throws IOException {
    float[] latents = noise.clone();
    advance(latents, 0, step);
    return latents;
  }

  /// Leads recorded latents from one step to another.
  void advance(float[] latents, int from, int to) throws IOException {
    for (int step = from; step < to; step++) {
      FlowMatchEulerDiscreteScheduler.step(latents, velocity(step), sigmas[step], sigmas[step + 1]);
    }
  }
}
