package io.inkstream.server.api;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.ServedModel;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.order.CacheDitField;
import io.inkstream.server.order.Defaults;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.OrderReader;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Makes an order of a request's fields, and reads how it is to be answered.
@Singleton
public final class ImageOrderReader {
  private static final Logger LOG = Logger.getLogger(ImageOrderReader.class);
  private static final Set<String> ANSWERED_QUALITIES = Set.of("low", "medium", "high");

  private final ServedModel model;
  private final OrderReader orders;
  private final PictureLinks links;
  private final PromptLog prompts;
  private final AtomicBoolean saidSecondary = new AtomicBoolean();

  ImageOrderReader(
      ServerSettings settings,
      CacheDitSettings caching,
      DenoisingSettings denoising,
      AdapterShelf adapters,
      InputLibrary inputs,
      PictureLinks links,
      PromptLog prompts) {
    this.model = settings.model();
    this.orders =
        new OrderReader(
            new Defaults(
                settings.defaults().trained(),
                settings.defaults().size(),
                settings.maxImagePixels(),
                settings.outputCompression(),
                denoising.samplingDefaults(caching),
                adapters::active,
                inputs));
    this.links = links;
    this.prompts = prompts;
  }

  /// @throws ApiException 404 for another model
  /// @throws InvalidRequestException for what is not allowed
  public ImageOrder read(Fields fields) {
    return read(fields, links::base);
  }

  /// Of words alone.
  ///
  /// @throws InvalidRequestException if there are pictures among them
  public ImageOrder readWords(Fields fields, Supplier<URI> base) {
    requireWords(fields);
    return read(fields, base);
  }

  /// @throws InvalidRequestException if there are pictures among the fields
  public static void requireWords(Fields fields) {
    Arrays.stream(Field.values())
        .filter(field -> field.ofEdits() && field.ordered() && fields.has(field))
        .findFirst()
        .ifPresent(field -> {
          throw new InvalidRequestException(
              field.wireName(), field.wireName() + " is for /v1/images/edits, not for this route");
        });
  }

  /// The same, where links begin on this server as its client names it.
  ImageOrder readWords(Fields fields) {
    return readWords(fields, links::base);
  }

  /// The same outside an HTTP request.
  ///
  /// @param base where links begin
  public ImageOrder read(Fields fields, Supplier<URI> base) {
    requireModel(fields);
    String quality = fields.text(Field.QUALITY).orElse("auto");
    Order drawn = order(fields);
    warnOfSecondary(fields);
    var order =
        new ImageOrder(
            drawn,
            links(fields, base),
            ANSWERED_QUALITIES.contains(quality) ? quality : "high",
            stream(fields));
    prompts.log(drawn.drawing());
    return order;
  }

  private void requireModel(Fields fields) {
    fields
        .text(Field.MODEL)
        .filter(given -> !model.serves(given))
        .ifPresent(given -> {
          throw ApiException.modelNotFound(given);
        });
  }

  private Order order(Fields fields) {
    try {
      return orders.read(fields);
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }

  private void warnOfSecondary(Fields fields) {
    if (CacheDitField.of(fields).hasSecondary() && !saidSecondary.getAndSet(true)) {
      LOG.warn("cache_dit_params secondary: no effect, the model has one transformer");
    }
  }

  /// A stream carries its pictures, as OpenAI's does.
  private Optional<URI> links(Fields fields, Supplier<URI> base) {
    boolean linked = fields.text(Field.RESPONSE_FORMAT).filter("url"::equalsIgnoreCase).isPresent();
    return linked && !fields.flag(Field.STREAM).orElse(false)
        ? Optional.of(links.begin(base))
        : Optional.empty();
  }

  private static Optional<StreamOrder> stream(Fields fields) {
    var order =
        new StreamOrder(
            fields.whole(Field.PARTIAL_IMAGES).orElse(0),
            fields.flag(Field.STREAM_PROGRESS).orElse(false),
            fields.text(Field.PREVIEW).map(Preview::named).orElse(Preview.NONE));
    return fields.flag(Field.STREAM).orElse(false) ? Optional.of(order) : Optional.empty();
  }
}
