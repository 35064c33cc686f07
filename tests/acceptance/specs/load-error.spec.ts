import { nothing } from './does-not-exist';

nothing();
