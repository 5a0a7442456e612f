import { complianceRules } from "@smart-park/core";
import { complianceBody } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";

export const complianceRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/compliance",
    summary: "The rules of sign-in and audit that are in force, and what demands them",
    right: "users.manage",
    responses: { 200: complianceBody },
    run({ context: { config } }) {
      const { signIn, tls } = config;
      return { profile: signIn.profile, rules: [...complianceRules(signIn, tls !== null)] };
    },
  }),
];
