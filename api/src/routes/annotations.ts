import { mayChangeAnnotation, ParkError, type Annotation, type Principal } from "@smart-park/core";
import {
  annotationBody,
  annotationPatch,
  annotationRequest,
  annotationsQuery,
  listOf,
  type AnnotationBody,
} from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { objectParams } from "./path-params.ts";

/** Remarks about stretches of time, shown on the charts of what they are about. */
export const annotationRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/annotations",
    summary:
      "Annotations that touch [from, to), those that begin last first; of an enterprise with its meters, or of a meter with its enterprise",
    right: "annotations.read",
    query: annotationsQuery,
    responses: { 200: listOf(annotationBody) },
    run({ context, caller, query: { enterprise, meter, withMeters, limit, ...range } }) {
      const place = given({ enterpriseId: enterprise, meterId: meter });
      const filter = { ...place, ...given(range), isWithoutMeters: withMeters === "false", limit };
      const { items, nextCursor } = context.registry.annotations(caller.principal, filter);
      return { items: items.map((annotation) => toBody(context, caller.principal, annotation)), nextCursor };
    },
  }),
  defineRoute({
    method: "post",
    path: "/annotations",
    summary: "Annotate a span or a moment of a meter, an enterprise or, by the park's people, the park as a whole",
    right: "annotations.write",
    body: annotationRequest,
    responses: { 201: annotationBody },
    run({ context, caller, body, audit }) {
      const span = { ...body, to: body.to ?? body.from };
      return toBody(context, caller.principal, context.registry.createAnnotation(caller.principal, span, audit));
    },
  }),
  defineRoute({
    method: "get",
    path: "/annotations/{id}",
    summary: "One annotation",
    right: "annotations.read",
    params: objectParams,
    responses: { 200: annotationBody },
    run({ context, caller, params }) {
      const annotation = context.registry.annotation(caller.principal, params.id);
      if (annotation === null) throw new ParkError("not_found");
      return toBody(context, caller.principal, annotation);
    },
  }),
  defineRoute({
    method: "patch",
    path: "/annotations/{id}",
    summary: "Change span, tag or words; what the park wrote is changed by the park only",
    right: "annotations.write",
    params: objectParams,
    body: annotationPatch,
    responses: { 200: annotationBody },
    run({ context, caller: { principal }, params, body, audit }) {
      return toBody(context, principal, context.registry.updateAnnotation(principal, params.id, given(body), audit));
    },
  }),
  defineRoute({
    method: "delete",
    path: "/annotations/{id}",
    summary: "Delete an annotation; it can be restored for a day",
    right: "annotations.write",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteAnnotation(caller.principal, params.id, audit);
    },
  }),
  defineRoute({
    method: "post",
    path: "/annotations/{id}/restore",
    summary: "Bring a deleted annotation back as it was",
    right: "annotations.write",
    params: objectParams,
    responses: { 200: annotationBody },
    run({ context, caller: { principal }, params, audit }) {
      return toBody(context, principal, context.registry.restoreAnnotation(principal, params.id, audit));
    },
  }),
];

const toBody = ({ time }: ApiContext, principal: Principal, annotation: Annotation): AnnotationBody => ({
  ...annotation,
  from: time.toIso(annotation.from),
  to: time.toIso(annotation.to),
  createdAt: time.toIso(annotation.createdAt),
  changedAt: annotation.changedAt === null ? null : time.toIso(annotation.changedAt),
  mayChange: mayChangeAnnotation(principal, annotation),
});
