import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms'
import { createApp, h } from 'vue'
console.log(createApp, h, OdkWebForm, webFormsPlugin)
