package io.inkstream.server.order;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.InvalidRequestException;

/// Makes an order of what was said, and of defaults.
public record OrderReader(Defaults defaults) {
  /// @throws InvalidRequestException naming the field that is not allowed
  /// @throws InvalidCacheConfigException if the cache that all together make is not allowed
  public Order read(Fields fields) {
    if (!fields.has(Field.PROMPT)) {
      throw new InvalidRequestException("prompt", "prompt is missing, must be a string");
    }
    var plain = plain(fields);
    var trained = defaults.trained();
    int n = fields.whole(Field.N).orElse(1);
    var drawing =
        plain
            .drawing()
            .withDraws(new Draws(Seeds.of(fields.node(Field.SEED), n), n))
            .withAdapters(
                fields.node(Field.LORA).map(AdapterField::of).orElseGet(defaults.adapters()))
            .withInputs(new InputReader(defaults.inputs()).read(fields))
            .withGuidance(trained.fixed() ? trained.guidance() : plain.drawing().guidance());
    requireFew(drawing.canvas());
    requireTransparency(fields, plain.output());
    var way = new SamplingReader(defaults.sampling()).read(fields, drawing);
    return new Order(drawing.withSampling(way.sampling()), plain.output(), way.cache());
  }

  private Order plain(Fields fields) {
    Order order = defaults.order();
    for (Field field : Field.values()) {
      if (field.part().takes()) {
        order = taken(order, field, fields);
      }
    }
    return order;
  }

  private static Order taken(Order order, Field field, Fields fields) {
    return fields
        .checked(field)
        .map(value -> field.part().taking().apply(order, value))
        .orElse(order);
  }

  private void requireTransparency(Fields fields, Output output) {
    if (fields.text(Field.BACKGROUND).filter(Output.TRANSPARENT::equals).isEmpty()) {
      return;
    }
    String asked = "'" + Output.TRANSPARENT + "'";
    if (!defaults.trained().transparent()) {
      throw Field.BACKGROUND.refused(asked, "auto or opaque: the model draws no transparency");
    }
    if (!output.format().keepsAlpha()) {
      throw Field.BACKGROUND.refused(
          asked, "auto or opaque with output_format " + output.format().word());
    }
  }

  private void requireFew(Canvas canvas) {
    if (canvas.pixels() > defaults.mostPixels()) {
      throw Field.SIZE.refused(
          canvas.width() + "x" + canvas.height(),
          "at most %d pixels".formatted(defaults.mostPixels()));
    }
  }
}
