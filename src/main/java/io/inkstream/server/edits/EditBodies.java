package io.inkstream.server.edits;

import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.DiskUpload;
import io.inkstream.server.http.DiskUploads;
import io.inkstream.server.http.StreamedBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Takes requests that bring pictures in, onto the disk and not into the heap, and has the pictures
/// looked at before a resource is called.
@Singleton
public final class EditBodies implements StreamedBody {
  private static final String TAKEN = "inkstream.edit";
  private static final String EDITS = "/v1/images/edits";
  private static final String VARIATIONS = "/v1/images/variations";
  private static final String JOBS = "/v1/images/jobs";

  // Asked for late: filters are made before there are settings.
  private final Instance<EditIntake> intake;
  private final DiskUploads uploads;

  EditBodies(Instance<EditIntake> intake, DiskUploads uploads) {
    this.intake = intake;
    this.uploads = uploads;
  }

  /// What came with a request.
  public static EditBody taken(ContainerRequestContext request) {
    if (request.getProperty(TAKEN) instanceof EditBody taken) {
      return taken;
    }
    throw ApiException.badRequest("image", "image is missing: the request has no form and no JSON");
  }

  @Override
  public boolean takes(RoutingContext context) {
    HttpMethod method = context.request().method();
    String path = context.normalizedPath();
    if (path.equals(EDITS)) {
      return method.equals(HttpMethod.POST) && (isForm(context) || isJson(context));
    }
    boolean job = path.equals(JOBS) && method.equals(HttpMethod.POST);
    boolean named = path.startsWith(JOBS + "/") && method.equals(HttpMethod.PUT);
    boolean variation = path.equals(VARIATIONS) && method.equals(HttpMethod.POST);
    return (job || named || variation) && isForm(context);
  }

  private static boolean isForm(RoutingContext context) {
    return type(context).startsWith("multipart/form-data");
  }

  private static boolean isJson(RoutingContext context) {
    return type(context).startsWith("application/json");
  }

  private static String type(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
  }

  @Override
  public long most() {
    return intake.get().most();
  }

  @ServerRequestFilter(nonBlocking = true)
  public Uni<Void> take(ContainerRequestContext request, RoutingContext context) {
    if (!takes(context)) {
      return Uni.createFrom().voidItem();
    }
    context.request().pause(); // else each handler that is set would let the body come
    return intake
        .get()
        .shelf()
        .chain(shelf ->
            uploads
                .take(context, isForm(context), shelf)
                .chain(taken -> body(context, taken))
                .onFailure()
                .call(failed -> intake.get().discard(shelf)))
        .invoke(body -> request.setProperty(TAKEN, body))
        .replaceWithVoid();
  }

  private Uni<EditBody> body(RoutingContext context, DiskUpload.Taken taken) {
    return isForm(context)
        ? intake.get().take(taken)
        : intake.get().take(taken.parts().getFirst().file());
  }
}
