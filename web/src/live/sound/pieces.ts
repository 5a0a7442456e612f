// One chunk of its own: most devices never sound.
export { AlertSound } from "./alert-sound.tsx";
export { SoundMenu } from "./sound-menu.tsx";
