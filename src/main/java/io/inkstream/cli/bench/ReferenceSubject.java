package io.inkstream.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.image.Pixels;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// Diffusers with cache-dit, in a process of its own.
record ReferenceSubject(ReferenceWorker worker) implements Subject {
  @Override
  public String name() {
    return "cache-dit";
  }

  @Override
  public Drawing draw(Scene scene, Optional<CacheVariant> cache) {
    JsonNode answer =
        worker.answer(
            String.format(
                Locale.ROOT,
                "picture %d %d %d %s %d %s %s",
                scene.size(),
                scene.size(),
                scene.steps(),
                scene.guidance(),
                scene.seed(),
                cache.map(CacheVariant::wire).orElse("none"),
                scene.prompt()));
    byte[] rgb = Base64.getDecoder().decode(answer.get("rgb").asText());
    return new Drawing(
        new Cost(answer.get("cpu").asDouble(), answer.get("wall").asDouble()),
        new Cost(answer.get("denoise_cpu").asDouble(), answer.get("denoise_wall").asDouble()),
        answer.get("cached").asInt(),
        answer.get("computed").asInt(),
        Double.NaN,
        new Pixels(scene.size(), scene.size(), rgb));
  }
}
