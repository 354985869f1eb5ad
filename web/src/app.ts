// Everything here only helps; every page works without it.
import { quickExit } from "./exit";
import { errorSummary } from "./errors";
import { guardForms } from "./forms";
import { deviceTime, hereTime } from "./time";
import { band } from "./band";
import { islands, scripts } from "./island";

quickExit();
errorSummary();
guardForms();
hereTime();
deviceTime();
band();
islands();
scripts();
