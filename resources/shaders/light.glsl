// The one light of the scene: a soft sky, a key light that follows the eye, a faint gloss.
// All directions are of unit length, in the coordinates of the box.

uniform vec3 u_eye;    // the eye's place
uniform vec3 u_toward; // towards the eye, for an orthographic view; w of u_lens tells which
uniform float u_orthographic;
uniform vec3 u_light;  // towards the key light
uniform float u_shade; // how dark the shaded side becomes, 0 to 1

vec3 toward_eye(vec3 place) {
    return u_orthographic > 0.5 ? u_toward : normalize(u_eye - place);
}

// A colour lit at a place with normal n (facing the eye). Level ground keeps its colour.
vec3 lit(vec3 color, vec3 n, vec3 view, float gloss) {
    float sky = 0.5 + 0.5 * n.z;
    float key = 0.5 + 0.5 * dot(n, u_light);
    float level = 0.5 + 0.5 * u_light.z;
    float brightness = mix(1.0, (0.52 + 0.48 * sky) * (0.42 + 0.58 * key * key / (level * level)), u_shade);
    vec3 halfway = normalize(u_light + view);
    float shine = max(dot(n, halfway), 0.0);
    shine *= shine; // to the power of 32
    shine *= shine;
    shine *= shine;
    shine *= shine;
    shine *= shine;
    return color * brightness + vec3(shine * gloss);
}

// The shaded side of a sheet that is lit from above: a little light from the eye, so that its form is seen.
vec3 lit_under(vec3 color, vec3 n, vec3 view) {
    float facing = clamp(dot(n, view), 0.0, 1.0);
    return color * (0.40 + 0.30 * facing + 0.12 * dot(n, u_light));
}
