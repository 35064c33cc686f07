/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/{unit,integration}/**/*.test.ts'],
  // Types are taken out and not checked, which is fast; `npm run check` checks them.
  transform: {
    '\\.ts$': ['babel-jest', { presets: ['@babel/preset-typescript'], plugins: ['@babel/plugin-transform-modules-commonjs'] }],
  },
};
