package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.request.GenerationRequest;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a field is of what is asked: how an order takes its value in, and gives it back to whatever
/// keeps the order.
///
/// @param taking makes of an order one of that value, unless a reader of its own looks at the field
/// @param giving the value as [PlainJson] has it; null: there is nothing to say, or other fields do
record Part(
    Scope scope,
    BiFunction<Order, JsonNode, Order> taking,
    Function<Order, @Nullable Object> giving) {
  /// How far a value goes.
  enum Scope {
    /// Nowhere: it is checked and has no effect.
    NONE,
    /// How a request is answered; no order has it.
    ANSWER,
    /// An order keeps it; a picture is the same without.
    ORDER,
    /// It changes pictures: an order keeps it, and so does a picture's file.
    PICTURE
  }

  static final Part NONE = new Part(Scope.NONE, (order, value) -> order, order -> null);
  static final Part ANSWER = new Part(Scope.ANSWER, NONE.taking, NONE.giving);

  /// Whether it takes a value in itself; else a reader of its own does.
  boolean takes() {
    return taking != NONE.taking;
  }

  /// Changes pictures.
  static Part drawn(
      Function<GenerationRequest, @Nullable Object> giving,
      BiFunction<GenerationRequest, JsonNode, GenerationRequest> taking) {
    return new Part(
        Scope.PICTURE,
        (order, value) -> order.with(taking.apply(order.drawing(), value)),
        order -> giving.apply(order.drawing()));
  }

  /// Changes pictures; the rest of what it says other fields keep.
  static Part said(
      Function<Order, @Nullable Object> giving,
      BiFunction<GenerationRequest, JsonNode, GenerationRequest> taking) {
    return new Part(
        Scope.PICTURE, (order, value) -> order.with(taking.apply(order.drawing(), value)), giving);
  }

  /// Another word for what other fields keep.
  static Part drawn(BiFunction<GenerationRequest, JsonNode, GenerationRequest> taking) {
    return new Part(
        Scope.PICTURE,
        (order, value) -> order.with(taking.apply(order.drawing(), value)),
        NONE.giving);
  }

  /// Changes pictures, and a reader of its own looks at it.
  static Part read(Function<Order, @Nullable Object> giving) {
    return new Part(Scope.PICTURE, NONE.taking, giving);
  }

  /// Says how often to draw, and a reader of its own looks at it.
  static Part kept(Function<Order, @Nullable Object> giving) {
    return new Part(Scope.ORDER, NONE.taking, giving);
  }

  /// Changes the file that a picture becomes.
  static Part written(
      Function<Output, @Nullable Object> giving, BiFunction<Output, JsonNode, Output> taking) {
    return new Part(
        Scope.ORDER,
        (order, value) -> order.with(taking.apply(order.output(), value)),
        order -> giving.apply(order.output()));
  }
}
