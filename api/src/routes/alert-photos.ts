import { ParkError, photoTypes } from "@smart-park/core";
import { alertPhotoBody, photoQuery } from "@smart-park/core/wire";
import { z } from "zod";
import { bodyLimits } from "../config.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { dispositionOf } from "../spreadsheet/file-answer.ts";

const photoParams = z.object({ id: z.string().min(1).max(400), photoId: z.string().regex(/^[0-9a-f]{24}$/) });

/** Photos of what was found on the spot, each with a comment, seen by whoever sees the alert. */
export const alertPhotoRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/alerts/{id}/photos",
    summary: "Add a photo with a comment: PNG, JPEG or WebP by its content, at most 10 MiB",
    right: "alerts.act",
    params: photoParams.pick({ id: true }),
    query: photoQuery,
    fileBody: photoTypes,
    limits: { bodyBytes: bodyLimits.photo },
    responses: { 201: alertPhotoBody },
    async run({ context, caller, params, query, rawBody, audit }) {
      const { registry, photos, config, feed } = context;
      if (registry.alert(caller.principal, params.id) === null) throw new ParkError("not_found");
      if (registry.alertPhotoBytes() + rawBody.length > config.photoMaxBytes)
        throw new ParkError("unprocessable", "there is no more room for photos");
      const kept = await photos.keep(rawBody);
      try {
        registry.addAlertPhoto(caller.principal, { ...kept, alertId: params.id }, query.note, audit);
      } catch (error) {
        await photos.remove(kept.id);
        throw error;
      }
      feed.publishAlert(params.id);
      return kept;
    },
  }),
  defineRoute({
    method: "get",
    path: "/alerts/{id}/photos/{photoId}",
    summary: "A photo, to download",
    right: "alerts.read",
    params: photoParams,
    responses: { 200: null },
    async run({ context, caller, params, response }) {
      const photo = context.registry.alertPhoto(caller.principal, params.id, params.photoId);
      if (photo === null) throw new ParkError("not_found");
      const bytes = await context.photos.read(photo.id);
      // Shown by nobody as anything else than what its bytes are, and never as a page of ours.
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setHeader("Content-Disposition", dispositionOf(`${photo.id}.${photo.type.slice("image/".length)}`));
      response.type(photo.type).send(bytes);
    },
  }),
];
