package io.inkstream.cli.commands;

import io.inkstream.engine.scheduler.Sampler;
import java.util.Arrays;
import java.util.Iterator;

/// The samplers as the help lists them. Not a method: picocli makes it from its class.
final class SamplerMeanings implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Sampler.values())
        .map(sampler -> "%s (%s)".formatted(sampler, sampler.meaning()))
        .iterator();
  }
}
