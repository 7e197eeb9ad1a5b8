/** Low-rank adapters on CLIP's linear layers, in the PEFT format. */
package org.ttdengine.lora;
