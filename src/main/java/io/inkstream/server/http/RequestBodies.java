package io.inkstream.server.http;

import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.refusal.Refusals;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Takes a request's body in before its resource is called, on the event loop: a sender who stalls
/// holds no worker. One that is too large or too slow is refused as soon as that is known, and so
/// is the one that has been on its way for the longest, once all together take too much of the
/// heap. A server that stops waits for none. Quarkus 3.34 reads larger bodies on a worker, and
/// answers those without OpenAI's error object.
@Singleton
final class RequestBodies {
  // A body is there three times at most: as it came, as a whole, as JSON.
  private static final int PARTS_OF_HEAP = 16;

  private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT);

  private final RouteErrors errors;
  // Asked for late: filters are made before there are settings.
  private final Instance<OperationSettings> settings;
  private final Instance<StreamedBody> streamed;
  private final HeapShare heap = HeapShare.ofHeap(PARTS_OF_HEAP);
  private final Set<RequestBody> coming = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  RequestBodies(
      RouteErrors errors, Instance<OperationSettings> settings, Instance<StreamedBody> streamed) {
    this.errors = errors;
    this.settings = settings;
    this.streamed = streamed;
  }

  void register(@Observes Router router) {
    // Before Quarkus's own check, which answers without a body.
    router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(this::requireSize);
  }

  private void requireSize(RoutingContext context) {
    long most = streamed(context).map(StreamedBody::most).orElseGet(this::most);
    if (declaredSize(context) <= most) {
      context.next();
    } else {
      RequestBody.refuse(context);
      errors.answer(context, Refusals.tooLarge(ApiException.BODY, most));
    }
  }

  private Optional<StreamedBody> streamed(RoutingContext context) {
    return streamed.stream().filter(body -> body.takes(context)).findFirst();
  }

  private long most() {
    return Math.min(settings.get().maxBodyBytes(), heap.most());
  }

  private static long declaredSize(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length); // the HTTP decoder has checked it
  }

  /// Who sends one now shall hear of it rather than hold the stop up.
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
    coming.forEach(RequestBody::stop);
  }

  @ServerRequestFilter(nonBlocking = true)
  public Uni<Void> take(ContainerRequestContext request, RoutingContext context) {
    if (!WITH_BODY.contains(context.request().method()) || streamed(context).isPresent()) {
      return Uni.createFrom().voidItem();
    }
    return Uni.createFrom()
        .<byte[]>emitter(taken -> {
          var body = new RequestBody(context, most(), heap, taken);
          coming.add(body);
          body.take(settings.get().bodyTimeout(), () -> coming.remove(body));
          if (stopping) {
            body.stop();
          }
        })
        .invoke(body -> request.setEntityStream(new ByteArrayInputStream(body)))
        .replaceWithVoid();
  }
}
