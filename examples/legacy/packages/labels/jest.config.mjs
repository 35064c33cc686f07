/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  transform: {
    '\\.ts$': ['babel-jest', { presets: ['@babel/preset-typescript'], plugins: ['@babel/plugin-transform-modules-commonjs'] }],
  },
  testPathIgnorePatterns: ['/node_modules/', 'helpers\\.ts$'],
};
